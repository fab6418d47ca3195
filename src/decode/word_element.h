#pragma once

#include <string>

#include "decode/smiles_vocabulary.h"

namespace specbridge {

/// The element of the atom that a token places; empty for bonds, rings, branches and what is no
/// text.
std::string element_of(const SmilesVocabulary& vocabulary, Token token);

}  // namespace specbridge
