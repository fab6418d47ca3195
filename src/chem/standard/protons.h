#pragma once

#include "chem/parsing.h"

namespace specbridge {

/// Moves protons until charges are gone, but for those that no proton can take away (quaternary
/// nitrogen). A fragment that this would break (BF4-) stays as it is.
MolPtr neutral_form(MolPtr mol);

}  // namespace specbridge
