#pragma once

#include "chem/parsing.h"

namespace specbridge {

/// X-=Y=Z is written X#Y-Z-: the anions of ketenimines and carbodiimides are those of nitriles
/// (C=C=[N-] is [CH2-]C#N), and nitrile oxides, imides and ylides have their charges at the ends
/// (C[C-]=[N+]=O is CC#[N+][O-]). Cyanates and azides stay as they are.
MolPtr with_nitriles(MolPtr mol);

}  // namespace specbridge
