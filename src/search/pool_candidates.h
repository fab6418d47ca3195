#pragma once

#include <memory>

#include "pools/pools.h"
#include "search/candidate_source.h"

namespace specbridge {

/// Candidates from a file of pools, found by the record's name, number or structure; the queries'
/// structures must have been read. Rows are those of pools.molecules().
/// @param pools must outlive the source
std::unique_ptr<CandidateSource> pool_candidates(const CandidatePools& pools);

}  // namespace specbridge
