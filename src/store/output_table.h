#pragma once

#include <filesystem>
#include <optional>
#include <string_view>

#include "specbridge/existing.h"
#include "store/file.h"

namespace specbridge {

/// Throws when the ending of a name promises another format than a table separated by tabs: a
/// spreadsheet, a database, something compressed. Called before any work. @throws UsageError
void check_table_name(const std::filesystem::path& path);

/// Where a table goes: a file that appears when it is whole, or standard output for "-".
class OutputTable {
 public:
  /// @throws OutputError
  OutputTable(const std::filesystem::path& path, Existing existing);
  /// @throws OutputError
  void write(std::string_view text);
  /// @throws OutputError
  void finish();

 private:
  std::optional<StagedFile> file_;
};

}  // namespace specbridge
