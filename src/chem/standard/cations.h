#pragma once

#include "chem/parsing.h"

namespace specbridge {

/// What neutralising left of delocalised cations (imidazolium, dyes) is written in one way: the
/// charge on N before S before O, then the smallest SMILES.
MolPtr settled_cation(MolPtr mol);

}  // namespace specbridge
