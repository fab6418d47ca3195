#pragma once

#include <span>
#include <string>
#include <vector>

#include "base/json.h"
#include "fragments/fragment_model.h"
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

/// The same for some queries, in parallel.
/// @param columns names of the cells of rows
/// @param model nullptr: contributions are those to the fixed score @throws Interrupted
std::vector<ShownQuery> shown_queries(std::span<const ListedQuery> queries,
                                      const std::vector<std::string>& columns,
                                      const FragmentModel* model, const RunContext& context);

}  // namespace specbridge
