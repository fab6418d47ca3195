#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "chem/molecule.h"
#include "library/build/molecule_labels.h"

namespace specbridge {

/// A molecule with what it is called.
struct LabelledMolecule {
  MoleculeLabels labels;
  Molecule molecule;
};

/// Molecules in memory that are written as a sorted run: in order of mass, then SMILES, then
/// arrival. Many runs are merged by MergedRuns: so a list of any length is sorted in bounded
/// memory.
class MoleculeRun {
 public:
  void add(const MoleculeLabels& labels, const Molecule& molecule);
  std::size_t size() const noexcept { return keys_.size(); }
  std::size_t bytes() const noexcept { return texts_.size() + keys_.size() * sizeof(Key); }
  /// Writes a block file and forgets the molecules. @throws OutputError
  void write(const std::filesystem::path& file);

 private:
  struct Key {
    double mass;
    std::uint64_t offset;  // grows with arrival
    std::uint32_t smiles_length, length;
  };
  std::string_view smiles(const Key& key) const;

  std::string texts_;
  std::vector<Key> keys_;
};

/// The molecules of some runs in order of mass, then SMILES; of equal ones that of the earliest
/// run, and there the first. Memory: some bytes a run, the runs are read through memory maps.
class MergedRuns {
 public:
  /// @param runs that were written by MoleculeRun, in order of arrival @throws ArtifactError
  explicit MergedRuns(const std::vector<std::filesystem::path>& runs);
  ~MergedRuns();

  /// The next molecule, each once; nothing at the end.
  std::optional<LabelledMolecule> next();
  /// Passes over molecules.
  void skip(std::size_t count);
  std::size_t read() const noexcept;        ///< molecules, with the repeated ones
  std::size_t duplicates() const noexcept;  ///< repeated ones among them

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace specbridge
