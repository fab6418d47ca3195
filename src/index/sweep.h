#pragma once

#include <span>

#include "index/row_store.h"

namespace specbridge {

/// Scores of many queries with ranges of rows in one pass over the rows: each block of them is
/// scored against all queries that ask for it while it is in the cache. Blocks are spread over
/// threads. Lists of single rows are gone through query by query.
void sweep(const StoredRows& store, std::span<const ScoreRequest> requests,
           const RunContext& context);

}  // namespace specbridge
