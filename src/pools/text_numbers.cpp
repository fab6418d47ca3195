#include "pools/text_numbers.h"

#include <utility>

namespace specbridge {

std::uint32_t TextNumbers::number_of(std::string text) {
  const auto next = static_cast<std::uint32_t>(numbers_.size());
  return numbers_.try_emplace(std::move(text), next).first->second;
}

std::vector<std::string> TextNumbers::take() {
  std::vector<std::string> texts(numbers_.size());
  // Keys are moved out of the nodes, so that the texts are never held twice.
  while (!numbers_.empty()) {
    auto node = numbers_.extract(numbers_.begin());
    texts[node.mapped()] = std::move(node.key());
  }
  return texts;
}

}  // namespace specbridge
