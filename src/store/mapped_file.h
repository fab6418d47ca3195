#pragma once

#include <cstddef>
#include <filesystem>
#include <string_view>

namespace specbridge {

/// A file's bytes through a memory map. Thread-safe.
class MappedFile {
 public:
  /// @throws ArtifactError when it cannot be read or is empty
  explicit MappedFile(std::filesystem::path path);
  ~MappedFile();
  MappedFile(MappedFile&& other) noexcept;
  MappedFile& operator=(MappedFile&& other) noexcept;

  const std::filesystem::path& path() const noexcept { return path_; }
  std::string_view bytes() const noexcept { return bytes_; }
  /// Whole pages of these bytes need no memory until they are looked at again.
  void forget(std::size_t offset, std::size_t length) const noexcept;
  /// @throws ArtifactError when the file was cut off since: what was read then is not its content
  void check() const;

 private:
  std::filesystem::path path_;
  std::string_view bytes_;
  std::size_t slot_;  // in the list that the guard looks through
};

/// From now on a mapped file that somebody cuts off is an error in check() and
/// check_mapped_files(), and no longer the death of the process (SIGBUS): the missing pages read as
/// zeros. For programs; takes the signal for the process.
void guard_mapped_files();

/// Called before anything is published that was computed from mapped files.
/// @throws ArtifactError when one of them, closed or not, was cut off
void check_mapped_files();

}  // namespace specbridge
