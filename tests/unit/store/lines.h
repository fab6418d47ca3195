#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "store/line_reader.h"

namespace specbridge::test {

/// Bytes that a reader takes from its file at a time.
inline constexpr std::size_t kReadAtOnce = 1 << 18;

inline std::vector<std::string> all_lines(LineReader reader) {
  std::vector<std::string> lines;
  while (const auto line = reader.next()) lines.emplace_back(*line);
  return lines;
}

}  // namespace specbridge::test
