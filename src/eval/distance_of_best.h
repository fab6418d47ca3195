#pragma once

#include <span>

#include "eval/scoring.h"
#include "mces/mces.h"
#include "specbridge/context.h"
#include "specbridge/mces_options.h"
#include "specbridge/tie_rule.h"

namespace specbridge {

/// Sets the MCES distance of every first structure to its truth, in parallel, each pair of
/// structures once; both are standardised. Left out: queries without truth or ranking, and those
/// of which a first structure's SMILES is not known or no molecule. @throws Interrupted, UsageError
/// as check_mces_options() does
void add_first_distances(std::span<QueryResult> results, const McesOptions& options, TieRule ties,
                         const RunContext& context);

}  // namespace specbridge
