#pragma once

#include <cstdint>
#include <optional>

#include "chem/graphs/molecule_graph.h"

#include "specbridge/mces_options.h"

namespace specbridge {

/// @throws UsageError for a threshold or a time that is negative or no number
void check_mces_options(const McesOptions& options);

/// A distance and what is proven about it.
struct McesResult {
  /// The exact distance up to the threshold. Beyond it the best assignment of atoms, each pair
  /// compared by the bonds around it, where that lower bound is larger than the threshold, else the
  /// threshold: what myopic MCES reports. After giving up: `lower`.
  double distance = 0;
  bool exact = true;            ///< `distance` is proven to be the exact distance
  double lower = 0, upper = 0;  ///< the exact distance is in this interval
  bool capped = false;          ///< the search gave up
  std::uint64_t nodes = 0;      ///< of the search; 0: the bounds decided
  bool operator==(const McesResult&) const = default;
};

/// The maximum common edge subgraph distance: the least total of |w1 - w2| over matched bonds and w
/// over unmatched ones, over all maps of atoms to atoms of the same element; w is the bond order,
/// 1.5 if aromatic. 0 does not mean "the same structure": charge, stereo, hydrogens and atoms
/// without bonds do not count. Symmetric; a multiple of 0.5. Thread-safe.
/// Source: Kretschmer et al., "Coverage bias in small molecule machine learning", 2025 (myopic
/// MCES); solved here by branch and bound with a Lagrangian bound instead of an integer program.
/// @throws UsageError as check_mces_options() does
McesResult mces(const MoleculeGraph& a, const MoleculeGraph& b, const McesOptions& options = {});

}  // namespace specbridge
