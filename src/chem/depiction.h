#pragma once

#include <string>
#include <vector>

#include "chem/molecule.h"

namespace specbridge {

/// An atom of a drawn structure.
struct DepictedAtom {
  double x = 0, y = 0;  ///< in bond lengths of 1.5, y upwards
  std::string symbol;
  int hydrogens = 0, charge = 0, isotope = 0, radicals = 0;
};

/// A bond between two atoms of a drawn structure.
struct DepictedBond {
  int first = 0, second = 0;  ///< positions of atoms
  int order = 1;              ///< 1 to 3; aromatic rings have single and double bonds
};

/// A structure laid out in the plane, for who draws it.
struct Depiction {
  std::vector<DepictedAtom> atoms;  ///< in the order of the SMILES, as in StructureGraph
  std::vector<DepictedBond> bonds;
};

/// Lays out a structure (RDKit's coordinates). Thread-safe. @throws ArtifactError for text of a
/// trusted() molecule that is no SMILES
Depiction depict(const Molecule& molecule);

}  // namespace specbridge
