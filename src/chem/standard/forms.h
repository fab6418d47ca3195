#pragma once

#include <string>
#include <utility>
#include <vector>

#include "chem/parsing.h"

namespace specbridge {

/// What the ways to write a molecule are compared by: numbers, the smallest first, then SMILES.
using FormKey = std::pair<std::vector<int>, std::string>;

struct Form {
  FormKey key;
  MolPtr mol;
};

/// A molecule and the ways to write it that moves of electrons lead to, the smallest key first; it
/// stops looking at 64 of them.
/// @param moved_once the forms that one move leads to
std::vector<Form> forms_of(MolPtr mol, FormKey (*key_of)(const RDKit::RWMol&),
                           std::vector<MolPtr> (*moved_once)(const RDKit::RWMol&));

}  // namespace specbridge
