#include "pipeline/page/shown_queries.h"

#include <algorithm>

#include "base/parallel.h"
#include "report/metrics_json.h"
#include "specbridge/ion_of_spectrum.h"

namespace specbridge {
namespace {

/// The list's entry of a query: what is known without looking at its answers.
Json entry_of(const ListedQuery& listed) {
  const Query& query = *listed.query;
  Json entry{{"id", query.name.id},
             {"index", query.name.index},
             {"file", query.spectrum.origin.file},
             {"mz", number_or_null(query.spectrum.precursor_mz)},
             {"electron", query.spectrum.kind == SpectrumKind::electron},
             {"time", number_or_null(query.spectrum.retention_time)},
             {"adduct", query.ion.adduct ? query.ion.adduct->name : query.spectrum.adduct}};
  // The cells of the first row say the rest; the page knows the names of the columns.
  entry["cells"] = listed.answers.front().cells;
  return entry;
}

ShownQuery shown(const ListedQuery& listed, const AnswerView& view) {
  const auto answers = std::ranges::count_if(
      listed.answers, [](const ListedAnswer& answer) { return answer.rank.has_value(); });
  return {entry_of(listed), query_parts(listed, view), static_cast<std::size_t>(answers)};
}

}  // namespace

std::vector<ShownQuery> shown_queries(std::span<const ListedQuery> queries, const AnswerView& view,
                                      const RunContext& context) {
  std::vector<ShownQuery> all(queries.size());
  parallel_for(queries.size(), context.threads, [&](std::size_t i) {
    context.check_interrupt();
    all[i] = shown(queries[i], view);
  });
  return all;
}

}  // namespace specbridge
