#pragma once

#include <span>

#include "search/evidence/evidence.h"
#include "specbridge/search.h"

namespace specbridge {

/// run_search() by a searcher that is open already.
/// @param config its sources are those of the searcher
SearchReport search_with(const Searcher& searcher, const SearchConfig& config,
                         const RunContext& context);

/// run_search() with a table of evidence of its own.
SearchReport run_search(const SearchConfig& config, std::span<const EvidenceRow> evidence,
                        const RunContext& context);

}  // namespace specbridge
