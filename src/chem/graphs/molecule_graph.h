#pragma once

#include <compare>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <variant>
#include <vector>

#include "chem/molecule.h"

namespace specbridge {

/// A structure as a plain graph: elements on the atoms, bond orders on the edges, nothing else.
/// Hydrogens are no nodes, labelled or not ([2H]C), except those without a heavy neighbour
/// ([H][H]).
struct MoleculeGraph {
  struct Bond {
    std::uint16_t first = 0, second = 0;  ///< positions in `elements`, first < second
    std::uint16_t half_orders = 0;        ///< twice the bond order: single 2, aromatic 3, double 4
    auto operator<=>(const Bond&) const = default;
  };
  std::vector<std::uint8_t> elements;  ///< atomic numbers
  std::vector<Bond> bonds;             ///< ascending
  auto operator<=>(const MoleculeGraph&) const = default;
};

/// Reads the graph of a SMILES or an InChI as it is written: every fragment, charges and stereo
/// ignored, aromaticity perceived. Atoms come in an order that depends on the graph alone, so that
/// two spellings, Kekulé or aromatic, give equal graphs. Not for molecules that are searched or
/// compared by name: these go through standardize(). Thread-safe.
std::variant<MoleculeGraph, Rejection> read_molecule_graph(std::string_view smiles);

}  // namespace specbridge
