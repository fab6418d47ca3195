#include "store/partial.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <mutex>
#include <set>
#include <string>
#include <string_view>
#include <utility>

#include "base/characters.h"
#include "store/paths.h"

namespace specbridge {
namespace fs = std::filesystem;
namespace {

constexpr std::string_view kMark = ".partial-";
constexpr std::string_view kAside = ".old";  // an old folder on its way out

/// "out/" and "out" are one place.
fs::path without_slash(const fs::path& path) {
  return path.has_filename() ? path : path.parent_path();
}

/// An open file or folder; -1 when there is none.
class Descriptor {
 public:
  explicit Descriptor(int value) : value_(value) {}
  ~Descriptor() {
    if (value_ >= 0) close(value_);
  }
  Descriptor(const Descriptor&) = delete;
  int get() const { return value_; }
  int release() { return std::exchange(value_, -1); }

 private:
  int value_;
};

/// The names that Partials of this process hold.
struct Held {
  std::mutex mutex;
  std::set<fs::path> paths;
};

Held& held() {
  static Held& one = *new Held;  // outlives all other objects
  return one;
}

void hold(const fs::path& path) {
  const std::lock_guard lock(held().mutex);
  held().paths.insert(path);
}

void let_go(const fs::path& path) {
  const std::lock_guard lock(held().mutex);
  held().paths.erase(path);
}

enum class Lock { ours, held, unknown };

/// Takes the lock, unless somebody holds it or the file system knows none.
Lock lock(int descriptor) {
  if (flock(descriptor, LOCK_EX | LOCK_NB) == 0) return Lock::ours;
  return errno == EWOULDBLOCK ? Lock::held : Lock::unknown;
}

int make(const fs::path& path, Partial::Kind kind) {
  if (kind == Partial::Kind::file) {
    return open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
  }
  if (mkdir(path.c_str(), 0777) != 0) return -1;
  return open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
}

/// Whether the name still is what was opened.
bool still_there(const fs::path& path, int descriptor) {
  struct stat named {
  }, opened{};
  return lstat(path.c_str(), &named) == 0 && fstat(descriptor, &opened) == 0 &&
         named.st_dev == opened.st_dev && named.st_ino == opened.st_ino;
}

/// Removes it when nobody holds it. @returns whether it is gone
bool remove_if_dead(const fs::path& path) {
  const Descriptor descriptor(open(path.c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC));
  if (descriptor.get() < 0 || lock(descriptor.get()) != Lock::ours) return false;
  std::error_code failure;
  fs::remove_all(path, failure);
  return !failure;
}

bool is_number(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, is_digit);
}

/// Whether a name is `stem`, the mark, the number of a process, and no more than a second number
/// and the word for what stepped aside.
bool is_partial_of(std::string_view stem, std::string_view name) {
  if (!name.starts_with(stem) || !name.substr(stem.size()).starts_with(kMark)) return false;
  name.remove_prefix(stem.size() + kMark.size());
  if (name.ends_with(kAside)) name.remove_suffix(kAside.size());
  const auto dash = name.find('-');
  return is_number(name.substr(0, dash)) &&
         (dash == std::string_view::npos || is_number(name.substr(dash + 1)));
}

void sync_to_disk(const fs::path& path) {
  const Descriptor descriptor(open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (descriptor.get() < 0) return;
  const int error = fsync(descriptor.get()) == 0 ? 0 : errno;
  // A disk that fills up or fails may say so only here. Some file systems cannot sync folders.
  if (error == EIO || error == ENOSPC || error == EDQUOT) cannot_write(path, error);
}

/// For file systems without exchange: the old folder steps aside, under a name that tells how to
/// bring it back.
int rename_in_two_steps(const fs::path& from, const fs::path& to) {
  const fs::path aside = fs::path(from) += kAside;
  const Descriptor old(open(to.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (old.get() >= 0) lock(old.get());  // nobody is to take it for a leftover meanwhile
  if (rename(to.c_str(), aside.c_str()) != 0) return errno;
  if (rename(from.c_str(), to.c_str()) != 0) {
    const int error = errno;
    rename(aside.c_str(), to.c_str());
    return error;
  }
  std::error_code ignored;
  fs::remove_all(aside, ignored);
  return 0;
}

int rename_over(const fs::path& from, const fs::path& to) {
  if (rename(from.c_str(), to.c_str()) == 0) return 0;
  if (errno != ENOTEMPTY && errno != EEXIST) return errno;
  if (renameat2(AT_FDCWD, from.c_str(), AT_FDCWD, to.c_str(), RENAME_EXCHANGE) != 0) {
    return rename_in_two_steps(from, to);
  }
  std::error_code ignored;
  fs::remove_all(from, ignored);  // what was replaced
  return 0;
}

/// What replaces a file or a folder keeps to who may read and write that one.
void keep_rights(const fs::path& from, const fs::path& target) {
  std::error_code failure;
  const auto old = fs::status(target, failure), made = fs::status(from, failure);
  if (failure || old.type() != made.type()) return;
  fs::permissions(from, old.permissions(), failure);
  if (failure) cannot_write(target, failure.value());
}

}  // namespace

Partial::Partial(const fs::path& target, Kind kind) {
  for (int attempt = 0; descriptor_ < 0; ++attempt) {
    path_ = without_slash(target);
    path_ += fmt::format("{}{}", kMark, getpid());
    if (attempt > 0) path_ += fmt::format("-{}", attempt);
    Descriptor made(make(path_, kind));
    if (made.get() < 0) {
      // A process of the same number, long dead or in another container, may have left it.
      if (errno != EEXIST) cannot_write(target, errno);
      remove_if_dead(path_);
      continue;
    }
    // Between its making and its locking, another run may have taken it for a leftover.
    const bool taken = lock(made.get()) == Lock::held;
    if (!taken && still_there(path_, made.get())) descriptor_ = made.release();
  }
  hold(path_);
}

Partial::~Partial() {
  std::error_code ignored;
  if (still_there(path_, descriptor_)) fs::remove_all(path_, ignored);
  close(descriptor_);
  let_go(path_);
}

void remove_partials() noexcept {
  const std::unique_lock lock(held().mutex, std::try_to_lock);
  if (!lock.owns_lock()) return;
  std::error_code ignored;
  for (const auto& path : held().paths) fs::remove_all(path, ignored);
}

RemovedWithPartials::RemovedWithPartials(fs::path path) : path_(std::move(path)) {
  hold(path_);
}

RemovedWithPartials::~RemovedWithPartials() {
  let_go(path_);
}

void sync_tree(const fs::path& path) {
  if (fs::is_directory(path)) {
    for (const auto& entry : fs::recursive_directory_iterator(path)) sync_to_disk(entry.path());
  }
  sync_to_disk(path);
}

void publish(const fs::path& from, const fs::path& target) {
  if (fs::is_directory(from)) sync_tree(from);
  keep_rights(from, without_slash(target));
  const int error = rename_over(from, without_slash(target));
  if (error != 0) cannot_write(target, error);
  sync_to_disk(folder_of(target));
}

std::vector<fs::path> clear_leftovers(const fs::path& target) {
  const fs::path place = without_slash(target);
  std::vector<fs::path> leftovers;
  std::error_code failure;
  for (const auto& entry : fs::directory_iterator(folder_of(place), failure)) {
    if (is_partial_of(place.filename().native(), entry.path().filename().native())) {
      leftovers.push_back(entry.path());
    }
  }
  std::erase_if(leftovers, [&](const fs::path& path) {
    const bool aside = path.native().ends_with(kAside);
    if (aside && !fs::exists(place, failure)) return rename(path.c_str(), place.c_str()) != 0;
    return !remove_if_dead(path);
  });
  return leftovers;
}

}  // namespace specbridge
