#include "ms/composition.h"

#include <algorithm>

namespace specbridge {
namespace {

constexpr int kMaxAtoms = 999;

bool is_lower(char c) {
  return c >= 'a' && c <= 'z';
}
bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

/// Index in kElements of the symbol at the start of `text`, which is removed from it.
std::optional<std::size_t> take_element(std::string_view& text) {
  std::size_t length = 1;
  while (length < text.size() && is_lower(text[length])) ++length;
  const auto symbol = text.substr(0, length);
  const auto* found = std::find_if(kElements.begin(), kElements.end(), [&](const Element& element) {
    return element.symbol == symbol;
  });
  if (found == kElements.end()) return {};
  text.remove_prefix(length);
  return static_cast<std::size_t>(found - kElements.begin());
}

std::optional<int> take_count(std::string_view& text) {
  if (text.empty() || !is_digit(text.front())) return 1;
  int count = 0;
  while (!text.empty() && is_digit(text.front())) {
    count = count * 10 + (text.front() - '0');
    if (count > kMaxAtoms) return {};
    text.remove_prefix(1);
  }
  return count > 0 ? std::optional(count) : std::nullopt;
}

}  // namespace

std::optional<Composition> parse_composition(std::string_view formula) {
  if (formula.empty()) return {};
  Composition composition{};
  while (!formula.empty()) {
    const auto element = take_element(formula);
    if (!element) return {};
    const auto count = take_count(formula);
    if (!count) return {};
    composition[*element] += *count;
  }
  return composition;
}

double mass_of(const Composition& composition) {
  double mass = 0;
  for (std::size_t i = 0; i < composition.size(); ++i) mass += composition[i] * kElements[i].mass;
  return mass;
}

}  // namespace specbridge
