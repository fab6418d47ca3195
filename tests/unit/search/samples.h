#pragma once

#include <fmt/format.h>

#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "base/random.h"
#include "chem/molecule.h"
#include "encode/molecule_encoder.h"
#include "library/molecule_store.h"
#include "store/file.h"

namespace specbridge::test {

/// Fields as standardize() gives them, where no chemistry is needed.
inline Molecule sample_molecule(std::string smiles, double mass,
                                std::string key = "AAAAAAAAAAAAAA") {
  return Molecule::trusted(std::move(smiles), std::move(key), "C2H6O", mass, 0);
}

inline Molecule molecule(const std::string& smiles) {
  return std::get<Molecule>(standardize(smiles));
}

/// Gives every SMILES a direction of its own, and "C" (methane) none at all.
class MadeUpEncoder : public MoleculeEncoder {
 public:
  explicit MadeUpEncoder(std::size_t dim) : dim_(dim) {}
  std::size_t dim() const noexcept override { return dim_; }
  const std::string& fingerprint() const noexcept override { return fingerprint_; }
  const std::string& architecture() const noexcept override { return architecture_; }
  Matrix encode(std::span<const Molecule> molecules) const override {
    encoded_ += molecules.size();
    Matrix vectors(molecules.size(), dim_);
    for (std::size_t i = 0; i < molecules.size(); ++i) {
      if (molecules[i].smiles() == "C") continue;
      Random random(xxhash64(molecules[i].smiles()));
      for (float& value : vectors.row(i)) value = static_cast<float>(random.normal());
      normalize(vectors.row(i));
    }
    return vectors;
  }
  std::size_t encoded() const { return encoded_; }  ///< molecules so far

 private:
  std::size_t dim_;
  std::string fingerprint_ = "made-up", architecture_ = "made-up";
  mutable std::size_t encoded_ = 0;
};

/// Molecules of made-up structures, and vectors of them: row i has keys[i] and smiles[i].
class MadeUpMolecules : public MoleculeStore {
 public:
  MadeUpMolecules(std::vector<std::string> keys, std::vector<std::string> smiles)
      : keys_(std::move(keys)), smiles_(std::move(smiles)) {}
  std::size_t rows() const noexcept override { return keys_.size(); }
  StructureKey structure(std::size_t row) const override { return StructureKey(keys_[row]); }
  double mass(std::size_t) const override { return 100; }
  MoleculeText text(std::size_t row) const override {
    return {"", smiles_[row], keys_[row], "CH4", 100, 0};
  }

 private:
  std::vector<std::string> keys_, smiles_;
};

}  // namespace specbridge::test
