#pragma once

#include <vector>

#include "eval/scoring.h"
#include "pools/pools.h"
#include "search/query.h"

namespace specbridge {

/// The truths of some queries, in their order: the structures they state, or why there is none.
std::vector<TruthRecord> truths_of(const std::vector<Query>& queries, StructureCache& structures,
                                   const RunContext& context);

}  // namespace specbridge
