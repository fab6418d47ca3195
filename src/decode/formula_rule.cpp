#include "decode/formula_rule.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <map>
#include <stdexcept>
#include <variant>

#include "chem/formulas/formula.h"
#include "chem/molecule.h"

namespace specbridge {
namespace {

constexpr int kNoAtom = -1, kNotOfFormula = -2;

bool is_letter(char c) {
  return std::isalpha(static_cast<unsigned char>(c)) != 0;
}

char upper(char c) {
  return static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
}

/// The element of a word in brackets, "[13C@H+]" for instance: after the isotope, a capital with
/// the small letter that makes an element of it, or an aromatic atom.
std::string element_in_brackets(std::string_view word) {
  const auto letter = std::ranges::find_if(word, is_letter);
  if (letter == word.end()) return {};
  const std::string one(1, upper(*letter));
  const auto next = letter + 1;
  if (next == word.end() || *next < 'a' || *next > 'z') return one;
  const std::string two = one + *next;
  return atoms_of_formula(two).has_value() ? two : one;
}

/// The element that a word places; empty for bonds, rings and branches.
std::string element_of(std::string_view word) {
  if (word.starts_with('[')) return element_in_brackets(word);
  if (word == "Cl" || word == "Br") return std::string(word);
  return word.size() == 1 && is_letter(word.front()) ? std::string(1, upper(word.front())) : "";
}

}  // namespace

FormulaRule::FormulaRule(const SmilesVocabulary& vocabulary, std::string_view formula)
    : vocabulary_(vocabulary), grammar_(vocabulary) {
  const auto hill = hill_formula(formula);
  const auto atoms = atoms_of_formula(formula);
  if (!hill || !atoms) {
    throw std::invalid_argument(fmt::format("\"{}\" is no formula", formula));
  }
  formula_ = *hill;
  std::map<std::string, int, std::less<>> places;
  for (const auto& [element, count] : *atoms) {
    if (element == "H") continue;
    places.emplace(element, static_cast<int>(wanted_.size()));
    wanted_.push_back(count);
  }
  for (Token token = 0; token < vocabulary.size(); ++token) {
    const std::string& word = vocabulary.word(token);
    const std::string element = vocabulary.is_special(token) ? "" : element_of(word);
    const auto place = places.find(element);
    const bool free = element.empty() || (element == "H" && atoms->contains("H"));
    element_of_.push_back(place != places.end() ? place->second : free ? kNoAtom : kNotOfFormula);
  }
}

void FormulaRule::limit(std::span<const Token> so_far, std::span<float> logarithms) const {
  grammar_.limit(so_far, logarithms);
  std::vector<std::int64_t> left = wanted_;
  for (const Token token : so_far) {
    if (element_of_[token] >= 0) --left[static_cast<std::size_t>(element_of_[token])];
  }
  const bool complete = std::ranges::all_of(left, [](std::int64_t atoms) { return atoms == 0; });
  for (Token token = 0; token < logarithms.size(); ++token) {
    const int element = element_of_[token];
    const bool none_left = element >= 0 && left[static_cast<std::size_t>(element)] <= 0;
    if (element == kNotOfFormula || none_left) logarithms[token] = kNever;
  }
  if (!complete) logarithms[vocabulary_.special().end] = kNever;
}

bool FormulaRule::accepts(std::span<const Token> whole) const {
  const auto read = standardize(vocabulary_.text(whole));
  const auto* molecule = std::get_if<Molecule>(&read);
  return molecule != nullptr && molecule->formula() == formula_;
}

}  // namespace specbridge
