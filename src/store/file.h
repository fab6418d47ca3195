#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "specbridge/existing.h"
#include "store/byte_reader.h"

namespace specbridge {

/// The bytes of a file.
/// @throws InputError when it cannot be read
std::string read_file(const std::filesystem::path& path);

/// Throws unless a file or pipe is there and may be read; nothing is read. Called before any work.
/// @throws InputError
void check_readable(const std::filesystem::path& path);

/// SHA-256 in lower-case hex.
std::string sha256(std::string_view bytes);
/// @throws InputError when the file cannot be read
std::string sha256_of_file(const std::filesystem::path& path);

/// xxHash64 of the bytes, seed 0.
std::uint64_t xxhash64(std::string_view bytes);

/// Throws unless the file `path` can be written: its folder must exist, and it must not exist
/// itself unless it may be replaced; a directory never is. Called before any work.
/// @throws OutputError
void check_output(const std::filesystem::path& path, Existing existing);

/// Throws when two of these outputs are one file, or one of them is an input: neither is worth
/// losing, not even when existing outputs may be replaced. "-" is never a file.
/// @throws UsageError
void check_distinct(const std::vector<std::filesystem::path>& outputs,
                    const std::vector<std::filesystem::path>& inputs);

/// What check_output() does, for a directory. Only an empty directory and one that the program has
/// written (it holds a manifest.json, a report.json or an audit.json) may be replaced: a mistyped
/// name must not cost other files.
/// @throws OutputError
void check_output_directory(const std::filesystem::path& path, Existing existing);

/// A file that appears under its name only when it is whole: written beside its place, renamed by
/// commit(). Without commit() nothing is left behind.
class StagedFile {
 public:
  /// @throws OutputError when it cannot be made
  StagedFile(std::filesystem::path path, Existing existing);
  ~StagedFile();
  StagedFile(StagedFile&&) noexcept;

  /// @throws OutputError, e.g. when the disk is full
  void write(std::string_view bytes);
  /// Flushes to disk and renames. @throws OutputError
  void commit();

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

/// Writes a whole file at once through a StagedFile.
void write_file(const std::filesystem::path& path, std::string_view bytes,
                Existing existing = Existing::replace);

/// A directory that appears under its name only when it is whole: filled beside its place, renamed
/// by commit(). Without commit() it is removed.
class StagedDirectory {
 public:
  /// @throws OutputError when it cannot be made, or the target exists and may not be replaced
  StagedDirectory(std::filesystem::path target, Existing existing);
  ~StagedDirectory();
  StagedDirectory(const StagedDirectory&) = delete;

  /// Where to write.
  const std::filesystem::path& path() const noexcept { return staging_; }
  /// @throws OutputError
  void commit();

 private:
  std::filesystem::path target_, staging_;
  Existing existing_;
  bool committed_ = false;
};

/// Makes `to` the same file as `from`: a hard link where the file system allows it, else a copy.
/// @throws OutputError
void link_or_copy(const std::filesystem::path& from, const std::filesystem::path& to);

}  // namespace specbridge
