#pragma once

#include <string>
#include <string_view>

namespace specbridge {

/// The element of the atom that a word of a SMILES places; empty for bonds, rings and branches.
std::string element_of_word(std::string_view word);

}  // namespace specbridge
