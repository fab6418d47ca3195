#pragma once

#include <string>
#include <string_view>

namespace specbridge {

/// Where networks run.
struct Device {
  enum class Kind { automatic, cpu, cuda };
  Kind kind = Kind::automatic;
  int index = 0;  ///< CUDA device number
};

/// Reads "auto", "cpu", "cuda" or "cuda:i".
/// @throws UsageError for anything else
Device parse_device(std::string_view text);

/// The inverse of parse_device.
std::string to_string(const Device& device);

}  // namespace specbridge
