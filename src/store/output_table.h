#pragma once

#include <filesystem>
#include <optional>
#include <string_view>

#include "specbridge/existing.h"
#include "store/file.h"

namespace specbridge {

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
