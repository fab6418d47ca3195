#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "ranking/hits_table.h"
#include "search/unseen_ions.h"
#include "specbridge/query.h"
#include "specbridge/search.h"
#include "specbridge/searcher.h"

namespace specbridge {

/// Whether the rows of a query say which file it came from.
enum class FileColumn { no, yes };

/// What tables of a search have that others lack.
struct FurtherColumns {
  FileColumn file = FileColumn::no;
  Merge merge = Merge::none;
  std::vector<std::size_t> kept = {};  ///< of Searcher::further_columns(), by number
};

/// The columns of a search: evidence has columns of its own where there are several kinds, first
/// answers have a probability where the model gives one.
HitsLayout layout_of(const Searcher& searcher, const FurtherColumns& columns);

/// Stands in a row for the q-value, which is known when all queries are.
inline constexpr std::string_view kLaterQValue = "\x01";

/// The rows of a query in the hits table, at least one.
std::string rows_text(const Query& query, const RankedList& list, const Searcher& searcher,
                      const UnseenIons& unseen, const HitsLayout& layout);
/// The row of a query whose answers are left out. @param why in words
std::string row_without_answers(const Query& query, const RankedList& list,
                                const HitsLayout& layout, const std::string& why);
/// The same where the reason tells the q-value, between two texts of ours.
std::string row_without_answers(const Query& query, const RankedList& list,
                                const HitsLayout& layout, const std::string& before_q_value,
                                const std::string& behind);

}  // namespace specbridge
