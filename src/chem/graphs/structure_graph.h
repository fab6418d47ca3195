#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "chem/molecule.h"

namespace specbridge {

/// A standardised molecule as a plain graph of its heavy atoms (labelled hydrogens are atoms too),
/// with what a fragment needs to know of them.
struct StructureGraph {
  struct Atom {
    std::uint8_t element = 0;    ///< atomic number
    std::uint8_t hydrogens = 0;  ///< attached and no atoms of their own
    std::int8_t charge = 0;      ///< formal
    bool aromatic = false, in_ring = false;
    double mass = 0;  ///< Da, without its hydrogens
    auto operator<=>(const Atom&) const = default;
  };
  enum class Order : std::uint8_t { onefold = 1, twofold = 2, threefold = 3, aromatic = 4 };
  struct Bond {
    std::uint16_t first = 0, second = 0;  ///< positions in `atoms`, first < second
    Order order = Order::onefold;
    bool in_ring = false;
    auto operator<=>(const Bond&) const = default;
  };
  std::vector<Atom> atoms;  ///< in the order of the molecule's SMILES
  std::vector<Bond> bonds;  ///< ascending
  auto operator<=>(const StructureGraph&) const = default;
};

/// Monoisotopic mass of hydrogen, Da.
double hydrogen_mass();

/// The graph of a molecule. Thread-safe. @throws std::invalid_argument for a molecule that no
/// standardize() made
StructureGraph structure_graph(const Molecule& molecule);
/// The same of its SMILES.
StructureGraph structure_graph(std::string_view standard_smiles);

/// Pieces of a molecule as SMILES, each alone: the bonds that lead out of a piece are not shown,
/// and a part of an aromatic ring stays in small letters ("ccO"), so that not every one can be read
/// back as a molecule. Thread-safe.
/// @param pieces positions of their atoms in the graph, at least one each
/// @throws std::invalid_argument for a molecule that no standardize() made
std::vector<std::string> piece_smiles(std::string_view standard_smiles,
                                      std::span<const std::vector<int>> pieces);

}  // namespace specbridge
