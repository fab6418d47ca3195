#include "chem/formulas/formula_change.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <optional>
#include <string>
#include <tuple>

#include "chem/formulas/formula.h"

namespace specbridge {
namespace {

/// The elements that change, in Hill order of the text.
constexpr std::array<std::string_view, 9> kChanging = {"C", "H", "Br", "Cl", "F",
                                                       "N", "O", "P",  "S"};
constexpr std::size_t kC = 0, kH = 1, kN = 5, kO = 6, kP = 7, kS = 8;
constexpr std::array<std::size_t, 5> kRare = {2, 3, 4, 7, 8};
using Atoms = std::array<int, kChanging.size()>;

const std::array<double, kChanging.size()>& element_masses() {
  static const auto kMasses = [] {
    std::array<double, kChanging.size()> all{};
    for (std::size_t i = 0; i < all.size(); ++i) all[i] = formula_mass(kChanging[i]).value();
    return all;
  }();
  return kMasses;
}

/// How often the elements that change stand in a formula.
Atoms changing_atoms(std::string_view formula) {
  Atoms atoms{};
  const auto counts = atoms_of_formula(formula);
  for (std::size_t i = 0; counts && i < kChanging.size(); ++i) {
    const auto found = counts->find(std::string(kChanging[i]));
    if (found != counts->end()) atoms[i] = static_cast<int>(found->second);
  }
  return atoms;
}

/// A change, with how simple it is.
struct Change {
  Atoms atoms{};
  int size = 0;
  double off = 0;
};

bool simpler(const Change& a, const Change& b) {
  return std::tie(a.size, a.off, a.atoms) < std::tie(b.size, b.off, b.atoms);
}

/// Whether heavy atoms are exchanged for more than a few others.
bool exchanges_much(const Atoms& atoms) {
  constexpr int kMostExchanged = 4;
  int gained = 0, lost = 0;
  for (std::size_t i = 0; i < atoms.size(); ++i) {
    if (i != kH) (atoms[i] > 0 ? gained : lost) += std::abs(atoms[i]);
  }
  return gained > 0 && lost > 0 && gained + lost > kMostExchanged;
}

/// Keeps the simplest change of a mass.
class SimplestChange {
 public:
  SimplestChange(const Atoms& has, double mass, double width)
      : has_(has), mass_(mass), width_(width) {}

  /// Completes a change of all but hydrogen, and looks at it.
  void try_with_hydrogen(Atoms atoms) {
    constexpr int kMostHydrogen = 20;
    double rest = mass_;
    for (std::size_t i = 0; i < atoms.size(); ++i) rest -= atoms[i] * element_masses()[i];
    atoms[kH] = static_cast<int>(std::lround(rest / element_masses()[kH]));
    Change change{atoms, 0, std::abs(rest - atoms[kH] * element_masses()[kH])};
    if (change.off > width_ || std::abs(atoms[kH]) > kMostHydrogen) return;
    if (exchanges_much(atoms)) return;
    for (std::size_t i = 0; i < atoms.size(); ++i) {
      if (has_[i] + atoms[i] < 0) return;
      change.size += std::abs(atoms[i]);
    }
    if (change.size > 0 && (!best_ || simpler(change, *best_))) best_ = change;
  }
  const std::optional<Change>& best() const { return best_; }

 private:
  Atoms has_;
  double mass_, width_;
  std::optional<Change> best_;
};

/// Every change of the rare elements that goes with others: none, or one of one of them more or
/// less.
template <typename Visit>
void for_each_rare(const Atoms& atoms, Visit&& visit) {
  visit(atoms);
  if (atoms[kC] != 0 || atoms[kN] != 0) return;
  for (const std::size_t element : kRare) {
    const bool with_oxygen = element == kP || element == kS;
    if (atoms[kO] != 0 && !with_oxygen) continue;
    for (const int count : {-1, 1}) {
      Atoms changed = atoms;
      changed[element] += count;
      visit(changed);
    }
  }
}

/// Every change of carbon, nitrogen and oxygen.
template <typename Visit>
void for_each_common(Visit&& visit) {
  constexpr int kMostC = 8, kMostN = 3, kMostO = 5;
  for (int c = -kMostC; c <= kMostC; ++c) {
    for (int n = -kMostN; n <= kMostN; ++n) {
      for (int o = -kMostO; o <= kMostO; ++o) {
        Atoms atoms{};
        atoms[kC] = c;
        atoms[kN] = n;
        atoms[kO] = o;
        visit(atoms);
      }
    }
  }
}

std::string text_of_change(const Atoms& atoms, int sign) {
  std::string text;
  for (std::size_t i = 0; i < atoms.size(); ++i) {
    const int count = sign * atoms[i];
    if (count <= 0) continue;
    text += kChanging[i];
    if (count > 1) text += std::to_string(count);
  }
  return text;
}

}  // namespace

std::string formula_change(std::string_view formula, double mass, double width) {
  if (std::abs(mass) <= width) return "";
  SimplestChange simplest(changing_atoms(formula), mass, width);
  for_each_common([&](const Atoms& common) {
    for_each_rare(common, [&](const Atoms& atoms) { simplest.try_with_hydrogen(atoms); });
  });
  if (!simplest.best()) return "";
  const std::string gained = text_of_change(simplest.best()->atoms, 1);
  const std::string lost = text_of_change(simplest.best()->atoms, -1);
  return (gained.empty() ? "" : "+" + gained) + (lost.empty() ? "" : "-" + lost);
}

}  // namespace specbridge
