#pragma once

#include "chem/parsing.h"

namespace specbridge {

/// One of the ways to write charges that are no protons', for a sanitised fragment. In this order,
/// until nothing changes:
/// 1. a positive atom of the third period or below (S, P, Se, As, ...) beside a negative one is
///    bound to it once more: sulphoxides, sulphones, phosphine oxides, ylides have no charges;
/// 2. nitrones are written =[N+][O-], not [C-][N+]=O;
/// 3. opposite charges at the ends of a conjugated chain are joined: [O-]C=C[N+] is O=CC=CN;
/// 4. azides and diazo compounds end with =[N+]=[N-];
/// 5. a carbocation takes the electrons of a conjugated N, S or O, of negative ones first;
/// 6. a charge without hydrogen goes to a conjugated N or O with one, from where neutralising can
///    take it.
/// Nitro groups and N-oxides keep their charges (what RDKit makes of five bonds at nitrogen).
/// After RDKit's Normalizer, which writes sulphoxides with charges, and MolVS.
MolPtr joined_charges(MolPtr mol);

}  // namespace specbridge
