#pragma once

#include "chem/parsing.h"

namespace specbridge {

/// The largest fragment of a mixture: organic ones (with carbon) before others, then by heavy
/// atoms, then mass, then the smaller canonical SMILES. A single fragment comes back as it is.
MolPtr largest_fragment(MolPtr mol);

}  // namespace specbridge
