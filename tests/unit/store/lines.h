#pragma once

#include <string>
#include <vector>

#include "store/line_reader.h"

namespace specbridge::test {

inline std::vector<std::string> all_lines(LineReader reader) {
  std::vector<std::string> lines;
  while (const auto line = reader.next()) lines.emplace_back(*line);
  return lines;
}

}  // namespace specbridge::test
