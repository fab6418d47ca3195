#include "decode/mass_rule.h"

#include <algorithm>
#include <cmath>
#include <stdexcept>
#include <utility>
#include <variant>

#include "chem/formulas/formula.h"
#include "chem/molecule.h"
#include "decode/word_element.h"

namespace specbridge {
namespace {

/// No atom of a molecule has more hydrogens than methane's.
constexpr double kMostHydrogens = 4;

double mass_of(const SmilesVocabulary& vocabulary, Token token) {
  const std::string element = element_of(vocabulary, token);
  return element.empty() || element == "H" ? 0 : formula_mass(element).value_or(0);
}

}  // namespace

MassRule::MassRule(const SmilesVocabulary& vocabulary, std::vector<MassWindow> windows)
    : vocabulary_(vocabulary),
      grammar_(vocabulary),
      windows_(std::move(windows)),
      hydrogen_(formula_mass("H").value()) {
  if (windows_.empty()) throw std::invalid_argument("a rule of mass without a window");
  highest_ = std::ranges::max(windows_, {}, &MassWindow::high).high;
  for (Token token = 0; token < vocabulary.size(); ++token) {
    mass_of_.push_back(mass_of(vocabulary, token));
  }
}

bool MassRule::hydrogens_may_fill(double mass, std::size_t atoms) const {
  return std::ranges::any_of(windows_, [&](const MassWindow& window) {
    const double fewest = std::max(0.0, std::ceil((window.low - mass) / hydrogen_));
    return mass + fewest * hydrogen_ <= window.high &&
           fewest <= kMostHydrogens * static_cast<double>(atoms);
  });
}

void MassRule::limit(std::span<const Token> so_far, std::span<float> logarithms) const {
  grammar_.limit(so_far, logarithms);
  double mass = 0;
  std::size_t atoms = 0;
  for (const Token token : so_far) {
    mass += mass_of_[token];
    atoms += mass_of_[token] > 0 ? 1 : 0;
  }
  for (Token token = 0; token < logarithms.size(); ++token) {
    if (mass + mass_of_[token] > highest_) logarithms[token] = kNever;
  }
  if (!hydrogens_may_fill(mass, atoms)) logarithms[vocabulary_.special().end] = kNever;
}

bool MassRule::accepts(std::span<const Token> whole) const {
  const auto read = standardize(vocabulary_.text(whole));
  const auto* molecule = std::get_if<Molecule>(&read);
  return molecule != nullptr && std::ranges::any_of(windows_, [&](const MassWindow& window) {
           return window.low <= molecule->exact_mass() && molecule->exact_mass() <= window.high;
         });
}

}  // namespace specbridge
