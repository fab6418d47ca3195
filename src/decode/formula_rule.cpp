#include "decode/formula_rule.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <stdexcept>
#include <variant>

#include "chem/formulas/formula.h"
#include "chem/molecule.h"
#include "decode/word_element.h"

namespace specbridge {
namespace {

constexpr int kNoAtom = -1, kNotOfFormula = -2;

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
    const std::string element = element_of(vocabulary, token);
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
