#include "train/ranks/communicator.h"

#include <ATen/ATen.h>
#include <c10/util/Exception.h>
#include <fmt/format.h>

#include <cstring>

#include "nn/torch_runtime.h"
#include "train/ranks/address.h"
#include "train/ranks/collectives.h"
#include "train/ranks/meeting_place.h"

namespace specbridge {

namespace {

const Ranks& possible(const Ranks& ranks) {
  if (trains_in_several_processes()) return ranks;
  throw ResourceError(
      "this specbridge was built without Gloo and trains in one process only; build it where "
      "Debian's libgloo-dev is installed, or unset WORLD_SIZE");
}

}  // namespace

struct Communicator::Impl {
  Impl(const Ranks& of, const RunContext& context) : ranks(possible(of)), place(of, context) {
    try {
      finding_lost([&] {
        collectives = make_collectives(place.store(), ranks.rank, ranks.count,
                                       own_address_towards(ranks.host, ranks.port), ranks.patience);
        at::Tensor one = at::ones({1});
        collectives->sum(one);  // nobody leaves before all are connected
      });
    } catch (const std::exception& error) {
      place.say_why(error);
      throw;
    }
  }

  /// A connection that breaks says nothing of who is at its other end.
  template <typename Operation>
  void finding_lost(const Operation& operation) {
    try {
      operation();
    } catch (const c10::Error& error) {
      place.find_lost(first_line(error));
    } catch (const Error&) {
      throw;
    } catch (const std::exception& error) {
      place.find_lost(error.what());
    }
  }

  Ranks ranks;
  MeetingPlace place;
  std::unique_ptr<Collectives> collectives;
  std::size_t said = 0;  ///< by rank 0 so far
};

Communicator::Communicator() = default;
Communicator::~Communicator() = default;
Communicator::Communicator(Communicator&&) noexcept = default;

Communicator::Communicator(const Ranks& ranks, const RunContext& context)
    : impl_(std::make_unique<Impl>(ranks, context)) {}

std::size_t Communicator::rank() const noexcept {
  return impl_ ? impl_->ranks.rank : 0;
}

std::size_t Communicator::count() const noexcept {
  return impl_ ? impl_->ranks.count : 1;
}

void Communicator::sum(at::Tensor tensor) {
  if (impl_) impl_->finding_lost([&] { impl_->collectives->sum(tensor); });
}

void Communicator::broadcast(at::Tensor tensor) {
  if (impl_) impl_->finding_lost([&] { impl_->collectives->broadcast(tensor); });
}

std::vector<std::int64_t> Communicator::told(const std::vector<std::int64_t>& numbers) {
  if (!impl_) return numbers;
  const std::string name = fmt::format("told/{}", impl_->said++);
  if (leads()) {
    MeetingPlace::Bytes bytes(1 + numbers.size() * sizeof(std::int64_t));  // an empty one is none
    if (!numbers.empty()) std::memcpy(bytes.data() + 1, numbers.data(), bytes.size() - 1);
    impl_->place.say(name, bytes);
    return numbers;
  }
  const auto bytes = impl_->place.hear(name);
  std::vector<std::int64_t> heard((bytes.size() - 1) / sizeof(std::int64_t));
  if (!heard.empty()) std::memcpy(heard.data(), bytes.data() + 1, bytes.size() - 1);
  return heard;
}

void Communicator::say_why(const std::exception& error) noexcept {
  if (impl_) impl_->place.say_why(error);
}

}  // namespace specbridge
