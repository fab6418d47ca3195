#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <unordered_map>
#include <vector>

#include "chem/molecule.h"
#include "library/build/molecule_labels.h"

namespace specbridge {

/// The molecules of the spectra of a library, each once, by number in order of arrival. Memory:
/// some hundred bytes a molecule.
class DistinctMolecules {
 public:
  /// @param labels are kept where the molecule is new
  std::uint32_t number_of(const Molecule& molecule, const MoleculeLabels& labels);
  std::size_t size() const noexcept { return molecules_.size(); }
  const Molecule& molecule(std::uint32_t number) const { return molecules_[number]; }
  const MoleculeLabels& labels(std::uint32_t number) const { return labels_[number]; }
  /// Numbers in order of mass, then SMILES: that of the rows of a library.
  std::vector<std::uint32_t> in_order() const;

 private:
  std::unordered_map<std::string, std::uint32_t> numbers_;  // by SMILES
  std::vector<Molecule> molecules_;
  std::vector<MoleculeLabels> labels_;
};

}  // namespace specbridge
