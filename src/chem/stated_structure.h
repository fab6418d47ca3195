#pragma once

#include <variant>

#include "chem/molecule.h"

namespace specbridge {

/// What the SMILES of a record stands for: a molecule, or why it is none.
struct StatedStructure {
  std::variant<Molecule, Rejection> result;

  const Molecule* molecule() const { return std::get_if<Molecule>(&result); }
  const Rejection* rejection() const { return std::get_if<Rejection>(&result); }
};

}  // namespace specbridge
