#pragma once

#include <sys/mman.h>
#include <unistd.h>

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>

#include "fuzz/promise.h"

namespace specbridge::fuzz {

/// A file without a folder, for readers that open a path. One of a target serves all its inputs.
class MemoryFile {
 public:
  MemoryFile() : descriptor_(memfd_create("input", MFD_CLOEXEC)) {
    require(descriptor_ >= 0, "a file in memory can be made");
  }
  ~MemoryFile() { close(descriptor_); }
  MemoryFile(const MemoryFile&) = delete;

  std::filesystem::path path() const { return "/proc/self/fd/" + std::to_string(descriptor_); }
  /// Makes these bytes all that the file holds.
  void hold(std::string_view bytes) const {
    require(ftruncate(descriptor_, 0) == 0, "the file can be emptied");
    const auto written = pwrite(descriptor_, bytes.data(), bytes.size(), 0);
    require(written == static_cast<ssize_t>(bytes.size()), "the file can be filled");
  }

 private:
  int descriptor_;
};

/// What libFuzzer hands over, as text.
inline std::string_view text_of(const std::uint8_t* data, std::size_t size) {
  return {reinterpret_cast<const char*>(data), size};
}

}  // namespace specbridge::fuzz
