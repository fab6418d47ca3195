#pragma once

#include <filesystem>
#include <vector>

namespace specbridge {

/// Where an output is made before it appears: `OUT.partial-PID`, beside its place. The name is held
/// by a lock for as long as the object lives; what nobody holds was left behind by a killed run.
class Partial {
 public:
  enum class Kind { file, folder };

  /// Makes an empty file or folder. @throws OutputError
  Partial(const std::filesystem::path& target, Kind kind);
  /// Removes what still has the name.
  ~Partial();
  Partial(const Partial&) = delete;

  const std::filesystem::path& path() const noexcept { return path_; }
  int descriptor() const noexcept { return descriptor_; }  ///< of a file: for writing

 private:
  std::filesystem::path path_;
  int descriptor_ = -1;
};

/// Gives a partial file or folder the name of its target. What had the name is removed; at every
/// instant the old or the new one is there whole. (Where the file system cannot exchange folders,
/// the old one steps aside for an instant, and clear_leftovers() brings it back after a kill.)
/// @throws OutputError
void publish(const std::filesystem::path& partial, const std::filesystem::path& target);

/// Waits until a file, or a folder with all that is in it, is on disk. @throws OutputError
void sync_tree(const std::filesystem::path& path);

/// Removes what killed runs left behind of an output, and brings back an old folder that was out of
/// its place. @returns what was removed or brought back
std::vector<std::filesystem::path> clear_leftovers(const std::filesystem::path& target);

/// For a process that ends without unwinding: removes all that Partials still hold, and what else
/// was named. Called while another thread makes or drops one, it may miss that one; the next run
/// removes it then.
void remove_partials() noexcept;

/// A file or folder that remove_partials() removes, too, as long as the object lives.
class RemovedWithPartials {
 public:
  explicit RemovedWithPartials(std::filesystem::path path);
  ~RemovedWithPartials();
  RemovedWithPartials(const RemovedWithPartials&) = delete;

 private:
  std::filesystem::path path_;
};

}  // namespace specbridge
