#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>

#include "chem/molecule.h"
#include "library/build/molecule_labels.h"

namespace specbridge {

/// Molecules on disk, put into order of mass, then SMILES, then arrival. Memory: 32 bytes a
/// molecule; the texts stay in a temporary file that is read through a memory map.
class SortedMolecules {
 public:
  /// @param file a name in a staging directory; removed with the object
  explicit SortedMolecules(std::filesystem::path file);
  ~SortedMolecules();

  void add(const MoleculeLabels& labels, const Molecule& molecule);
  /// Ends adding. Positions are then in order.
  void sort();

  struct Item {
    MoleculeLabels labels;
    Molecule molecule;
  };
  std::size_t size() const noexcept;
  std::string_view smiles(std::size_t position) const;
  double mass(std::size_t position) const;
  Item item(std::size_t position) const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace specbridge
