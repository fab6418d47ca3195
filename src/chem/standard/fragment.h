#pragma once

#include "chem/parsing.h"

namespace specbridge {

/// The largest fragment of a mixture in its standard form: organic ones (with carbon) before
/// others, then by heavy atoms, then mass, then the smaller canonical SMILES. Compared are the
/// standard forms, so that acid and base of a salt are chosen from in the same way with and without
/// charges.
/// @param standard_form called with each fragment
MolPtr largest_fragment(MolPtr mol, MolPtr (*standard_form)(MolPtr));

}  // namespace specbridge
