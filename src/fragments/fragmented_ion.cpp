#include "fragments/fragmented_ion.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>
#include <string_view>

#include "ms/ions/adduct_grammar.h"

namespace specbridge {
namespace {

struct Metal {
  std::string_view symbol;
  unsigned electrons;
  int charge;  ///< 0: not certain
};
constexpr std::array<Metal, 15> kMetals = {{{"Li", 3, 1},
                                            {"Na", 11, 1},
                                            {"Mg", 12, 2},
                                            {"Al", 13, 3},
                                            {"K", 19, 1},
                                            {"Ca", 20, 2},
                                            {"Mn", 25, 2},
                                            {"Fe", 26, 0},
                                            {"Co", 27, 0},
                                            {"Ni", 28, 2},
                                            {"Cu", 29, 0},
                                            {"Zn", 30, 2},
                                            {"Rb", 37, 1},
                                            {"Ag", 47, 1},
                                            {"Cs", 55, 1}}};

const Metal* find_metal(std::string_view symbol) {
  const auto* found = std::ranges::find(kMetals, symbol, &Metal::symbol);
  return found == kMetals.end() ? nullptr : found;
}

/// Each of some choices with 0 ... count atoms of a metal added.
std::vector<KeptMetals> with_metal(const std::vector<KeptMetals>& choices, const Metal& metal,
                                   double mass, int count) {
  std::vector<KeptMetals> more;
  for (int kept = 0; kept <= count; ++kept) {
    for (KeptMetals choice : choices) {
      choice.mass += kept * mass;
      choice.charge += kept * metal.charge;
      choice.electrons += static_cast<unsigned>(kept) * metal.electrons;
      if (kept > 0) choice.text += metal.symbol;
      if (kept > 1) choice.text += std::to_string(kept);
      more.push_back(std::move(choice));
    }
  }
  return more;
}

/// The text between the brackets of "[2M+Na]+".
std::string_view body_of(std::string_view name) {
  const auto open = name.find('['), close = name.rfind(']');
  return open == std::string_view::npos || close == std::string_view::npos
             ? name
             : name.substr(open + 1, close - open - 1);
}

}  // namespace

std::variant<FragmentedIon, std::string> fragmented_ion(const Adduct& adduct) {
  const auto unsupported = [&](std::string_view what) {
    return fmt::format("{}: {}", adduct.name, what);
  };
  if (adduct.multimer != 1) return unsupported("ions of several molecules are not taken apart");
  if (adduct.charge != 1 && adduct.charge != -1) {
    return unsupported("ions of several charges are not taken apart");
  }
  const auto body = parse_adduct_body(body_of(adduct.name));
  if (!body) return unsupported("its composition is not known");
  FragmentedIon ion{adduct.charge, {KeptMetals{}}};
  const Composition gain = net_composition(*body);
  for (std::size_t i = 0; i < gain.size(); ++i) {
    const bool labelled = i >= kElements.size();
    const auto symbol = labelled ? kIsotopes[i - kElements.size()].symbol : kElements[i].symbol;
    const Metal* metal = find_metal(symbol);
    if (gain[i] <= 0 || metal == nullptr) continue;
    if (metal->charge == 0) return unsupported("the charge of its metal is not certain");
    const double mass = labelled ? kIsotopes[i - kElements.size()].mass : kElements[i].mass;
    ion.metals = with_metal(ion.metals, *metal, mass, gain[i]);
  }
  return ion;
}

}  // namespace specbridge
