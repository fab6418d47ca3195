#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/matrix.h"
#include "chem/molecule.h"
#include "index/row_set.h"
#include "index/row_store.h"
#include "index/vector_index.h"
#include "library/molecule_store.h"
#include "specbridge/tolerance.h"

namespace specbridge {

/// How far from a formula's mass its molecules may lie: rounding, and the electrons of a charge.
inline constexpr double kFormulaWindowDa = 0.01;

/// Molecules with vectors that a search can choose candidates from, wherever they are kept: rows
/// are in order of mass, then SMILES. Thread-safe.
class MoleculeLibrary : public MoleculeStore {
 public:
  /// How many of the rows are candidates: all but those that count as gone.
  virtual std::size_t molecules() const noexcept { return rows(); }
  virtual std::size_t dim() const noexcept = 0;
  virtual const std::string& molecule_encoder_fingerprint() const noexcept = 0;
  /// What tells this library from all others.
  virtual const std::string& fingerprint() const noexcept = 0;
  virtual const RowStore& vectors() const noexcept = 0;  ///< of unit length
  /// Whether they are, bit for bit, what the molecule encoder gives.
  virtual bool has_encoded_vectors() const noexcept { return false; }
  /// The rows whose exact mass lies in [low, high] Da, as ranges without overlap; none is empty.
  virtual std::vector<RowRange> within(double low, double high) const = 0;
  /// The rows of many windows, each as within() gives them: where rows are asked of a server, at
  /// once.
  virtual std::vector<std::vector<RowRange>> within_each(
      std::span<const MassWindow> windows) const {
    std::vector<std::vector<RowRange>> rows;
    for (const auto& window : windows) rows.push_back(within(window.low, window.high));
    return rows;
  }
  /// The rows of a formula in Hill order without charge, ascending; isotope-labelled molecules are
  /// not among them.
  virtual std::vector<std::size_t> with_formula(const std::string& hill) const = 0;
  /// The row of a standardised molecule.
  virtual std::optional<std::size_t> find(const Molecule& molecule) const = 0;
  /// The best rows of every query among those that an index over all vectors finds, best first, by
  /// their exact scores; equal ones are ordered as before() says.
  /// @throws UsageError where there is no such index
  virtual std::vector<std::vector<Neighbor>> nearest(MatrixView queries, std::size_t k,
                                                     IndexEffort effort) const = 0;
};

/// Which of two rows ranks higher: by score, and of equal scores as before() says.
struct RanksHigher {
  const MoleculeStore& molecules;

  bool operator()(const Neighbor& a, const Neighbor& b) const {
    return a.score != b.score ? a.score > b.score : molecules.before(a.row, b.row);
  }
};

}  // namespace specbridge
