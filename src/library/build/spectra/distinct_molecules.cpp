#include "library/build/spectra/distinct_molecules.h"

#include <algorithm>
#include <numeric>
#include <utility>

namespace specbridge {

std::uint32_t DistinctMolecules::number_of(const Molecule& molecule, const MoleculeLabels& labels) {
  const auto next = static_cast<std::uint32_t>(molecules_.size());
  const auto [found, fresh] = numbers_.try_emplace(molecule.smiles(), next);
  if (fresh) {
    molecules_.push_back(molecule);
    labels_.push_back(labels);
  }
  return found->second;
}

std::vector<std::uint32_t> DistinctMolecules::in_order() const {
  std::vector<std::uint32_t> order(molecules_.size());
  std::iota(order.begin(), order.end(), 0U);
  std::ranges::sort(order, {}, [&](std::uint32_t number) {
    return std::pair<double, std::string_view>(molecules_[number].exact_mass(),
                                               molecules_[number].smiles());
  });
  return order;
}

}  // namespace specbridge
