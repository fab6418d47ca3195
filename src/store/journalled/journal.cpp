#include "store/journalled/journal.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <charconv>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "specbridge/error.h"
#include "store/file.h"
#include "store/mapped_file.h"
#include "store/partial.h"
#include "store/paths.h"

namespace specbridge {
namespace fs = std::filesystem;
namespace {

constexpr const char* kJournal = "journal";
constexpr std::size_t kSumDigits = 16;

/// "0123456789abcdef {...}\n": the XXH64 of a step's text, and the text.
std::string line_of(const Json& step) {
  const std::string text = step.dump();
  return fmt::format("{:016x} {}\n", xxhash64(text), text);
}

/// The step of a line; nothing where its checksum does not hold.
std::optional<Json> step_of(std::string_view line) {
  if (line.size() <= kSumDigits || line[kSumDigits] != ' ') return {};
  std::uint64_t stated = 0;
  const char* end = line.data() + kSumDigits;
  if (std::from_chars(line.data(), end, stated, 16).ptr != end) return {};
  const std::string_view text = line.substr(kSumDigits + 1);
  if (xxhash64(text) != stated) return {};
  return Json::parse(text, nullptr, false);
}

/// What was written of a journal: its steps, and how long it is up to the last of them.
struct Written {
  std::vector<Json> steps;
  std::size_t bytes = 0;
};

Written written_in(std::string_view text) {
  Written found;
  for (auto end = text.find('\n'); end != std::string_view::npos;
       end = text.find('\n', found.bytes)) {
    auto step = step_of(text.substr(found.bytes, end - found.bytes));
    if (!step) break;
    found.steps.push_back(std::move(*step));
    found.bytes = end + 1;
  }
  return found;
}

/// The names of fields that differ between two tasks.
std::vector<std::string> differences(const Json& before, const Json& now) {
  std::vector<std::string> names;
  for (const auto& [key, value] : now.items()) {
    if (!before.contains(key) || before[key] != value) names.push_back(key);
  }
  for (const auto& [key, value] : before.items()) {
    if (!now.contains(key)) names.push_back(key);
  }
  return names;
}

}  // namespace

fs::path building_place(const fs::path& target) {
  fs::path place = behind_links(target);
  if (!place.has_filename()) place = place.parent_path();
  return place += ".building";
}

struct JournalledDirectory::Impl {
  fs::path target, place, output, work;
  DirectoryKind kind;
  Existing existing = Existing::refuse;
  int journal = -1;
  std::vector<Json> steps;
  bool keep = false;

  ~Impl() {
    std::error_code ignored;
    if (!keep && journal >= 0) fs::remove_all(place, ignored);
    if (journal >= 0) close(journal);
  }

  void make_folder(const fs::path& path) const {
    std::error_code failure;
    fs::create_directory(path, failure);
    if (failure) cannot_write(target, failure.value());
  }

  /// Opens the journal and holds it for as long as the object lives.
  void hold() {
    make_folder(place);
    journal = open((place / kJournal).c_str(), O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0666);
    if (journal < 0) cannot_write(target, errno);
    if (flock(journal, LOCK_EX | LOCK_NB) == 0 || errno != EWOULDBLOCK) return;
    close(std::exchange(journal, -1));
    throw OutputError(
        fmt::format("{}: another run is building it; wait for its end, or name "
                    "another output",
                    target.string()));
  }

  void append(const std::string& line) const {
    std::string_view rest = line;
    while (!rest.empty()) {
      const auto count = write(journal, rest.data(), rest.size());
      if (count < 0 && errno == EINTR) continue;
      if (count <= 0) cannot_write(place / kJournal, count < 0 ? errno : ENOSPC);
      rest.remove_prefix(static_cast<std::size_t>(count));
    }
    if (fsync(journal) != 0) cannot_write(place / kJournal, errno);
  }

  void begin(const Json& task) {
    make_folder(output);
    make_folder(work);
    append(line_of(task));
  }

  /// Takes over what a run has left. The first line is its task.
  void go_on(Written found, const Json& task) {
    keep = true;
    const auto names = differences(found.steps.front(), task);
    if (!names.empty()) {
      throw OutputError(
          fmt::format("{}: was begun with another {}; go on with the same, or begin anew with "
                      "--force",
                      place.string(), fmt::join(names, ", ")));
    }
    // What a kill left of a line goes, so that the next one stands by itself.
    if (ftruncate(journal, static_cast<off_t>(found.bytes)) != 0) {
      cannot_write(place / kJournal, errno);
    }
    make_folder(output);
    make_folder(work);
    found.steps.erase(found.steps.begin());
    steps = std::move(found.steps);
  }
};

JournalledDirectory::JournalledDirectory(fs::path target, DirectoryKind kind, Existing existing,
                                         Begin begin, const Json& task)
    : impl_(std::make_unique<Impl>()) {
  Impl& impl = *impl_;
  check_output_directory(target, kind, existing);
  impl.place = building_place(target);
  impl.output = impl.place / "output";
  impl.work = impl.place / "work";
  impl.target = std::move(target);
  impl.kind = std::move(kind);
  impl.existing = existing;
  std::error_code ignored;
  const bool found = fs::exists(impl.place / kJournal, ignored);
  impl.hold();
  Written written = found ? written_in(read_file(impl.place / kJournal)) : Written();
  if (begin == Begin::resume && !written.steps.empty()) {
    impl.go_on(std::move(written), task);
    return;
  }
  if (written.steps.size() > 1 && existing == Existing::refuse) {
    impl.keep = true;
    throw OutputError(fmt::format(
        "{}: an interrupted run has left its work there; go on with --resume, or begin anew with "
        "--force",
        impl.place.string()));
  }
  fs::remove_all(impl.output, ignored);
  fs::remove_all(impl.work, ignored);
  if (ftruncate(impl.journal, 0) != 0) cannot_write(impl.place / kJournal, errno);
  impl.begin(task);
}

JournalledDirectory::~JournalledDirectory() = default;
JournalledDirectory::JournalledDirectory(JournalledDirectory&&) noexcept = default;

const fs::path& JournalledDirectory::place() const noexcept {
  return impl_->place;
}
const fs::path& JournalledDirectory::output() const noexcept {
  return impl_->output;
}
const fs::path& JournalledDirectory::work() const noexcept {
  return impl_->work;
}
const std::vector<Json>& JournalledDirectory::steps() const noexcept {
  return impl_->steps;
}

void JournalledDirectory::record(const Json& step, const std::vector<fs::path>& made) {
  check_mapped_files();  // nothing counts as done that was computed from a file that is gone
  for (const auto& path : made) sync_tree(path);
  impl_->append(line_of(step));
  impl_->steps.push_back(step);
  impl_->keep = true;
}

void JournalledDirectory::give_up() noexcept {
  impl_->keep = false;
}

void JournalledDirectory::commit() {
  check_mapped_files();
  check_output_directory(impl_->target, impl_->kind, impl_->existing);
  publish(impl_->output, behind_links(impl_->target));
  impl_->keep = false;
}

}  // namespace specbridge
