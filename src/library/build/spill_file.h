#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string_view>

namespace specbridge {

/// A temporary file that is written to its end, then read through a memory map; removed with the
/// object.
class SpillFile {
 public:
  /// @param file a name in a staging directory @throws OutputError
  explicit SpillFile(std::filesystem::path file);
  ~SpillFile();
  SpillFile(SpillFile&&) noexcept;

  /// @return where the bytes begin, growing with every call @throws OutputError
  std::uint64_t append(std::string_view bytes);
  /// From here on bytes are read. @throws OutputError
  void turn();
  std::string_view bytes(std::uint64_t offset, std::uint64_t length) const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace specbridge
