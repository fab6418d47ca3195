#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <variant>
#include <vector>

#include "chem/molecule.h"
#include "specbridge/context.h"

namespace specbridge {

/// What is worth being kept, and how much.
struct KeepLimits {
  std::size_t fewest = 2000;                            ///< texts: a second of work
  std::uintmax_t most_bytes = std::uintmax_t{1} << 30;  ///< of all that is kept
};

/// standardize_all() of candidates. Of many candidates, the results are kept in RunContext::cache
/// and taken from there by a later run of the same program, RDKit, InChI library and standard form
/// on the same texts. What is kept carries checksums; when it is damaged, it is made again. A
/// folder that cannot be written is as good as none.
std::vector<std::variant<Molecule, Rejection>> standardize_candidates(
    const std::vector<std::string>& texts, std::string_view stage, const RunContext& context,
    const KeepLimits& limits = {});

}  // namespace specbridge
