#pragma once

#include <string>
#include <string_view>

#include "ranking/hits_table.h"
#include "search/unseen_ions.h"
#include "specbridge/query.h"
#include "specbridge/searcher.h"

namespace specbridge {

/// Whether the rows of a query say which file it came from.
enum class FileColumn { no, yes };

/// The columns of a search: evidence has columns of its own where there are several kinds.
HitsLayout layout_of(const Searcher& searcher, FileColumn file);

/// The rows of a query in the hits table, at least one.
std::string rows_text(const Query& query, const RankedList& list, const Searcher& searcher,
                      const UnseenIons& unseen, const HitsLayout& layout);

}  // namespace specbridge
