#pragma once

#include <cstdint>
#include <string>
#include <unordered_map>
#include <vector>

namespace specbridge {

/// Numbers texts in the order in which they first come; each is held once.
class TextNumbers {
 public:
  std::uint32_t number_of(std::string text);
  /// The texts by number; leaves none behind.
  std::vector<std::string> take();

 private:
  std::unordered_map<std::string, std::uint32_t> numbers_;
};

}  // namespace specbridge
