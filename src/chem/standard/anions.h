#pragma once

#include "chem/parsing.h"

namespace specbridge {

/// neutral_form() of a fragment after joined_charges(), the same however its negative charges are
/// drawn: the acid that a chemist means. N, O and S share a charge along conjugated bonds, carbon
/// shares it with a nitro group and beside a positive nitrogen. Of the ways to write the charges
/// whose acids are one structure to InChI, the first is taken by: most aromatic bonds; fewest
/// charges; nitrogen beside C=O, C=S or S=O (amides, lactams, thioamides, sulphonamides), then
/// other N, O and S, N beside NO2, carbon, enolates, ylides; fewest double bonds out of rings; the
/// element; the smallest SMILES. Nitronates are nitroalkanes, whatever InChI says of their own
/// protons.
MolPtr neutral_anion(MolPtr mol);

}  // namespace specbridge
