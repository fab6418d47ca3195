#pragma once

#include <string_view>
#include <variant>

#include "chem/parsing.h"

namespace specbridge {

/// The graph of an InChI as the InChI library makes it, not sanitised, without stereo. Refused is
/// an InChI of whose structure the InChIKey has another first block. Thread-safe.
std::variant<MolPtr, Rejection> read_inchi(std::string_view inchi);

}  // namespace specbridge
