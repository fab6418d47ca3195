#pragma once

#include <span>

#include "search/evidence/evidence.h"
#include "specbridge/search.h"

namespace specbridge {

/// run_search() with a table of evidence of its own.
SearchReport run_search(const SearchConfig& config, std::span<const EvidenceRow> evidence,
                        const RunContext& context);

}  // namespace specbridge
