#pragma once

#include <vector>

#include "pipeline/queries.h"
#include "specbridge/eval/pools.h"
#include "specbridge/eval/scoring.h"

namespace specbridge {

/// The names by which other programs know a record.
OtherNames other_names(const Spectrum& spectrum);

/// The truths of some queries, in their order: the structures they state, or why there is none.
std::vector<TruthRecord> truths_of(const std::vector<Query>& queries, StructureCache& structures,
                                   const RunContext& context);

/// What a query with a structure looks for its pool by; refers to `truth`.
PoolQuery pool_query(const TruthRecord& truth);

}  // namespace specbridge
