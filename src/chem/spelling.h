#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/random.h"

namespace specbridge {

/// RDKit's canonical SMILES of a text as it stands: fragments, charges and stereo are kept. Tells
/// whether RDKit wrote a text. Nothing for a text that is no molecule. Thread-safe.
std::optional<std::string> canonical_spelling(std::string_view smiles);

/// The same structure written in another way: atoms in random order, aromatic or Kekulé form.
/// Nothing for a text that is no molecule. Thread-safe.
std::optional<std::string> random_spelling(std::string_view smiles, Random& random);

}  // namespace specbridge
