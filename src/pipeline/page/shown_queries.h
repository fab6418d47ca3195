#pragma once

#include <span>
#include <vector>

#include "base/json.h"
#include "pipeline/explain/listed_queries.h"
#include "pipeline/page/query_parts.h"
#include "specbridge/context.h"

namespace specbridge {

/// What a page shows of a query: its entry in the list, and what is looked at only once it is
/// chosen.
struct ShownQuery {
  Json entry;
  QueryParts parts;
  std::size_t answers = 0;
};

/// The same for some queries, in parallel. @throws Interrupted
std::vector<ShownQuery> shown_queries(std::span<const ListedQuery> queries, const AnswerView& view,
                                      const RunContext& context);

}  // namespace specbridge
