#pragma once

#include <span>
#include <vector>

#include "eval/truth.h"
#include "specbridge/query.h"

namespace specbridge {

/// The truths of some queries, in their order: the structures they state, or why there is none.
/// @param queries with their structures
std::vector<TruthRecord> truths_of(std::span<const Query> queries);

}  // namespace specbridge
