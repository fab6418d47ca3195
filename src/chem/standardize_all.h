#pragma once

#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "chem/molecule.h"
#include "specbridge/context.h"

namespace specbridge {

/// Standardises texts in parallel over context.threads, in their order.
/// @param stage what progress is reported as; empty: it is not
/// @throws Interrupted
std::vector<std::variant<Molecule, Rejection>> standardize_all(
    const std::vector<std::string>& smiles, std::string_view stage, const RunContext& context);

}  // namespace specbridge
