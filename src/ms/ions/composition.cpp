#include "ms/ions/composition.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>

#include "base/characters.h"

namespace specbridge {
namespace {

constexpr int kMaxAtoms = 999;

bool is_lower(char c) {
  return c >= 'a' && c <= 'z';
}

int main_mass_number(const Element& element) {
  return static_cast<int>(std::lround(element.mass));
}

/// Index in a Composition of an element's isotope.
std::optional<std::size_t> index_of_isotope(std::size_t element, int mass_number) {
  if (main_mass_number(kElements[element]) == mass_number) return element;
  const auto* found = std::find_if(kIsotopes.begin(), kIsotopes.end(), [&](const Isotope& isotope) {
    return isotope.symbol == kElements[element].symbol && isotope.mass_number == mass_number;
  });
  if (found == kIsotopes.end()) return {};
  return kElements.size() + static_cast<std::size_t>(found - kIsotopes.begin());
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

bool is_mass_number(int number, std::string_view formula) {
  if (formula.empty()) return false;
  const auto element = take_element(formula);
  if (!element || kElements[*element].symbol == "H" || kElements[*element].symbol == "D") {
    return false;
  }
  // As far from the usual isotope as isotopes get: 6Li is one, 3Li are three atoms.
  const int usual = main_mass_number(kElements[*element]);
  return std::abs(number - usual) <= std::max(2, usual / 8);
}

std::optional<Composition> parse_labelled(int mass_number, std::string_view formula) {
  if (formula.empty()) return {};
  const auto element = take_element(formula);
  if (!element) return {};
  const auto isotope = index_of_isotope(*element, mass_number);
  const auto count = take_count(formula);
  if (!isotope || !count) return {};
  const auto others = formula.empty() ? std::optional(Composition{}) : parse_composition(formula);
  if (!others) return {};
  Composition composition = *others;
  composition[*isotope] += *count;
  return composition;
}

double mass_of(const Composition& composition) {
  double mass = 0;
  for (std::size_t i = 0; i < kElements.size(); ++i) mass += composition[i] * kElements[i].mass;
  for (std::size_t i = 0; i < kIsotopes.size(); ++i) {
    mass += composition[kElements.size() + i] * kIsotopes[i].mass;
  }
  return mass;
}

}  // namespace specbridge
