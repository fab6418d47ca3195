#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <string_view>

#include "specbridge/context.h"
#include "specbridge/existing.h"
#include "store/output_place.h"
#include "store/partial.h"

namespace specbridge {

/// A file that appears under its name only when it is whole: written beside its place, renamed by
/// commit(). Without commit() nothing is left behind. Devices and pipes are written through.
class StagedFile {
 public:
  /// Waits for a reader where the path is a pipe, until the context is interrupted.
  /// @throws OutputError when it cannot be made, Interrupted
  StagedFile(std::filesystem::path path, Existing existing, const RunContext& context = {});
  ~StagedFile();
  StagedFile(StagedFile&&) noexcept;

  /// @throws OutputError, e.g. when the disk is full
  void write(std::string_view bytes);
  /// Writes over the first bytes, which are there already; what comes next goes behind the last.
  /// Not for what is written through. @throws OutputError
  void rewrite_start(std::string_view bytes);
  /// Flushes to disk: after it only the renaming can fail. @throws OutputError
  void seal();
  /// Seals and renames. @throws OutputError
  void commit();

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

/// Writes a whole file at once through a StagedFile.
void write_file(const std::filesystem::path& path, std::string_view bytes,
                Existing existing = Existing::replace);

/// A folder that appears under its name only when it is whole: filled beside its place, renamed by
/// commit(). Without commit() it is removed.
class StagedDirectory {
 public:
  /// @throws OutputError when it cannot be made, or the target exists and may not be replaced
  StagedDirectory(std::filesystem::path target, DirectoryKind kind, Existing existing);

  /// Where to write.
  const std::filesystem::path& path() const noexcept { return partial_.path(); }
  /// @throws OutputError
  void commit();

 private:
  std::filesystem::path target_;
  DirectoryKind kind_;
  Existing existing_;
  Partial partial_;
};

/// A copy that a later change of `from` does not reach; shares its storage where the file system
/// can. @throws OutputError
void clone_or_copy(const std::filesystem::path& from, const std::filesystem::path& to);
/// The same file under another name, or a copy where the names lie on different devices: for files
/// that never change. What has the name already is replaced. @throws OutputError
void share_file(const std::filesystem::path& from, const std::filesystem::path& to);
/// clone_or_copy() of files of a folder and of the folders in it, into one that exists.
/// @param wanted of each file, by its path in `from`; the others are left out
void copy_files(const std::filesystem::path& from, const std::filesystem::path& to,
                const std::function<bool(const std::filesystem::path&)>& wanted);

}  // namespace specbridge
