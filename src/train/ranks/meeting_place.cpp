#include "train/ranks/meeting_place.h"

#include <c10/util/Exception.h>
#include <c10/util/Logging.h>
#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <optional>
#include <thread>
#include <torch/csrc/distributed/c10d/PrefixStore.hpp>
#include <torch/csrc/distributed/c10d/TCPStore.hpp>

#include "base/text.h"
#include "nn/torch_runtime.h"
#include "train/ranks/address.h"

namespace specbridge {
namespace {

using Clock = std::chrono::steady_clock;
using StorePointer = c10::intrusive_ptr<c10d::Store>;

constexpr std::chrono::milliseconds kGlance{10};  // between two looks at what others said
constexpr std::chrono::seconds kBeat{1};
/// How long who listens stays for those who still have to hear why it ended.
constexpr std::chrono::seconds kFarewell{3};
constexpr char kInterrupted = 'i', kFailed = 'f';

std::string place_of(const Ranks& ranks) {
  return fmt::format("{}:{}", ranks.host, ranks.port);
}

std::string alive_key(std::size_t rank) {
  return fmt::format("alive/{}", rank);
}

[[noreturn]] void throw_interrupted() {
  throw Interrupted("interrupted; nothing was published");
}

void wait_for_listener(const Ranks& ranks, const RunContext& context) {
  const auto end = Clock::now() + ranks.patience;
  while (!is_listened_at(ranks.host, ranks.port)) {
    if (context.interrupted()) throw_interrupted();
    if (Clock::now() >= end) {
      throw ResourceError(fmt::format(
          "rank {} of {}: found nobody listening at {} within {}; expected rank 0 there: "
          "see MASTER_ADDR, MASTER_PORT and what rank 0 says",
          ranks.rank, ranks.count, place_of(ranks), counted(ranks.patience.count(), "second")));
    }
    std::this_thread::sleep_for(kGlance);
  }
}

StorePointer store_at(const Ranks& ranks, const RunContext& context) {
  c10d::TCPStoreOptions options;
  options.port = ranks.port;
  options.isServer = ranks.rank == 0 && !ranks.agent_listens;
  options.waitWorkers = false;
  options.timeout = ranks.patience;
  if (options.isServer) {
    const int socket = listening_on_loopback(ranks.host, ranks.port);
    if (socket >= 0) options.masterListenFd = socket;
  } else {
    wait_for_listener(ranks, context);
  }
  try {
    return c10::make_intrusive<c10d::PrefixStore>(
        "specbridge" + ranks.attempt, c10::make_intrusive<c10d::TCPStore>(ranks.host, options));
  } catch (const c10::Error& error) {
    throw ResourceError(
        fmt::format("rank {} of {}: cannot {} {} ({}); see MASTER_ADDR and "
                    "MASTER_PORT, or choose another port",
                    ranks.rank, ranks.count, options.isServer ? "listen at" : "join",
                    place_of(ranks), first_line(error)));
  }
}

/// Between two signs of life: several within the time that a process is waited for.
Clock::duration beat_of(const Ranks& ranks) {
  return std::min<Clock::duration>(kBeat, Clock::duration(ranks.patience) / 4);
}

/// Signs of life, on a connection of their own.
class Heart {
 public:
  Heart(const StorePointer& store, std::string key, Clock::duration beat)
      : store_(store->clone()), key_(std::move(key)), beat_(beat), thread_([this] { work(); }) {}
  ~Heart() {
    stopped_ = true;
    thread_.join();
  }
  Heart(const Heart&) = delete;

 private:
  void work() noexcept {
    auto due = Clock::now();
    while (!stopped_) {
      std::this_thread::sleep_for(kGlance);
      if (Clock::now() < due) continue;
      due = Clock::now() + beat_;
      try {
        store_->add(key_, 1);
      } catch (const std::exception&) {
        return;  // the others hear of it, and this process when it asks next
      }
    }
  }

  StorePointer store_;
  std::string key_;
  Clock::duration beat_;
  std::atomic<bool> stopped_ = false;
  std::thread thread_;
};

}  // namespace

struct MeetingPlace::Impl {
  Impl(const Ranks& of, const RunContext& with)
      : ranks(of), context(with), store(store_at(of, with)) {}

  /// Asks the place; whoever keeps it is gone where it does not answer.
  template <typename Question>
  auto asking(const Question& question) const {
    try {
      return question(*store);
    } catch (const std::exception&) {
      if (context.interrupted()) throw_interrupted();
      throw RankLost(words(ranks.agent_listens ? "who started the processes" : "rank 0") +
                     advice());
    }
  }

  std::string words(const std::string& who) const {
    return fmt::format("rank {} of {}: {} (at {}) is gone", ranks.rank, ranks.count, who,
                       place_of(ranks));
  }
  static std::string advice() { return "; see what it said last, and start all again"; }

  std::int64_t beats(std::size_t rank) const {
    return asking([&](c10d::Store& at) { return at.add(alive_key(rank), 0); });
  }
  bool is_said(const std::string& name) const {
    return asking([&](c10d::Store& at) { return at.check({name}); });
  }

  /// Ends where this process is to be interrupted, or another said why it ended.
  void look_around() const {
    if (context.interrupted()) throw_interrupted();
    if (!is_said("why")) return;
    const Bytes why = asking([&](c10d::Store& at) { return at.get("why"); });
    if (why.front() == kInterrupted) throw_interrupted();
    throw RankLost(fmt::format("rank {} of {}: {}", ranks.rank, ranks.count,
                               std::string(why.begin() + 1, why.end())));
  }

  /// Waits until something holds, as long as a rank gives signs of life.
  template <typename Condition>
  void wait_for(std::size_t rank, const Condition& holds) const {
    auto last = Clock::now();
    std::int64_t seen = -1;
    while (!holds()) {
      look_around();
      if (const auto now = beats(rank); now != seen) {
        seen = now;
        last = Clock::now();
      }
      if (Clock::now() - last > ranks.patience) {
        throw RankLost(fmt::format("{}: no sign of life for {}{}",
                                   words(fmt::format("rank {}", rank)),
                                   counted(ranks.patience.count(), "second"), advice()));
      }
      std::this_thread::sleep_for(kGlance);
    }
  }

  void come() {
    asking([](c10d::Store& at) { return at.add("came", 1); });
    if (asking([&](c10d::Store& at) { return at.add(fmt::format("come/{}", ranks.rank), 1); }) >
        1) {
      throw UsageError(
          fmt::format("rank {} of {}: is at {} already; expected another RANK (or SLURM_PROCID) of "
                      "each process",
                      ranks.rank, ranks.count, place_of(ranks)));
    }
    heart.emplace(store, alive_key(ranks.rank), beat_of(ranks));
    for (std::size_t rank = 0; rank < ranks.count; ++rank) await_first_sign(rank);
  }

  void await_first_sign(std::size_t rank) const {
    const auto end = Clock::now() + ranks.patience;
    while (beats(rank) == 0) {
      look_around();
      if (Clock::now() >= end) {
        throw RankLost(fmt::format(
            "rank {} of {}: rank {} did not come to {} within {}; expected {}; see what it said",
            ranks.rank, ranks.count, rank, place_of(ranks),
            counted(ranks.patience.count(), "second"),
            counted(ranks.count, "process", "processes")));
      }
      std::this_thread::sleep_for(kGlance);
    }
  }

  void leave() noexcept {
    try {
      std::int64_t gone = store->add("left", 1);
      if (ranks.rank > 0 || ranks.agent_listens) return;
      const auto end = Clock::now() + kFarewell;
      while (gone + lost < store->add("came", 0) && Clock::now() < end) {
        std::this_thread::sleep_for(kGlance);
        gone = store->add("left", 0);
      }
    } catch (const std::exception&) {  // nobody is there to be told
    }
  }

  Ranks ranks;
  const RunContext& context;
  StorePointer store;
  std::optional<Heart> heart;
  std::int64_t lost = 0;  ///< who are silent
};

MeetingPlace::MeetingPlace(const Ranks& ranks, const RunContext& context)
    : impl_(std::make_unique<Impl>(ranks, context)) {
  std::signal(SIGPIPE, SIG_IGN);  // a connection that broke is to be an error, not the end
  // What LibTorch logs of it comes with the error; who wants it all sets its variable.
  if (std::getenv("TORCH_CPP_LOG_LEVEL") == nullptr) FLAGS_caffe2_log_level = c10::GLOG_FATAL;
  try {
    impl_->come();
  } catch (const std::exception& error) {
    say_why(error);
    impl_->leave();
    throw;
  }
}

MeetingPlace::~MeetingPlace() {
  impl_->leave();
}

c10d::Store& MeetingPlace::store() const {
  return *impl_->store;
}

void MeetingPlace::say(const std::string& name, const Bytes& what) {
  impl_->look_around();
  impl_->asking([&](c10d::Store& at) { at.set(name, what); });
}

MeetingPlace::Bytes MeetingPlace::hear(const std::string& name) {
  impl_->wait_for(0, [&] { return impl_->is_said(name); });
  return impl_->asking([&](c10d::Store& at) { return at.get(name); });
}

void MeetingPlace::say_why(const std::exception& error) noexcept {
  try {
    const bool interrupted = dynamic_cast<const Interrupted*>(&error) != nullptr;
    const std::string text =
        fmt::format("{}rank {} ended: {}", interrupted ? kInterrupted : kFailed, impl_->ranks.rank,
                    error.what());
    impl_->store->compareSet("why", {}, Bytes(text.begin(), text.end()));
  } catch (const std::exception&) {  // nobody is there to be told
  }
}

void MeetingPlace::find_lost(const std::string& reason) {
  Impl& here = *impl_;
  const auto span = 3 * beat_of(here.ranks);
  std::vector<std::int64_t> before;
  for (std::size_t rank = 0; rank < here.ranks.count; ++rank) before.push_back(here.beats(rank));
  for (const auto end = Clock::now() + span; Clock::now() < end;) {
    here.look_around();
    std::this_thread::sleep_for(kGlance);
  }
  std::string silent;
  for (std::size_t rank = 0; rank < here.ranks.count; ++rank) {
    if (here.beats(rank) != before[rank]) continue;
    ++here.lost;
    silent += fmt::format("{}{}", silent.empty() ? "rank " : ", ", rank);
  }
  throw RankLost(fmt::format("{}: {}{}", here.words(silent.empty() ? "another rank" : silent),
                             reason, Impl::advice()));
}

}  // namespace specbridge
