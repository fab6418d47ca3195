#pragma once

#include <cstddef>
#include <filesystem>
#include <optional>
#include <string_view>

#include "specbridge/context.h"
#include "specbridge/existing.h"
#include "store/staging.h"

namespace specbridge {

/// A kind of file as messages name it.
struct FileKind {
  std::string_view is_written = "a table separated by tabs is written";
  std::string_view ending = ".tsv";
};

/// Throws when the ending of a name promises what is not written: a spreadsheet, a database,
/// something compressed. Called before any work. @throws UsageError
void check_table_name(const std::filesystem::path& path, const FileKind& kind = {});

/// Where a table goes: a file that appears when it is whole, or standard output for "-".
class OutputTable {
 public:
  /// @throws OutputError, Interrupted while it waits for the reader of a pipe
  OutputTable(const std::filesystem::path& path, Existing existing, const RunContext& context = {});
  /// @throws OutputError
  void write(std::string_view text);
  /// All but the renaming, which is left to finish(): it can no longer fail for want of room.
  /// @throws OutputError
  void seal();
  /// @throws OutputError
  void finish();
  /// Lines that are out for good, whatever becomes of the run: those on standard output.
  std::size_t printed() const noexcept { return printed_; }

 private:
  std::size_t printed_ = 0;
  std::optional<StagedFile> file_;
};

}  // namespace specbridge
