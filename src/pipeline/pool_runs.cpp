#include "pipeline/pool_runs.h"

#include "search/score_queries.h"
#include "specbridge/status.h"

namespace specbridge {

PoolRuns::PoolRuns(const SearchParts& parts, std::size_t runs, PoolScoring scoring)
    : parts_(parts), scoring_(scoring), results_(runs) {}

void PoolRuns::add(std::span<const Query> queries, std::span<const TruthRecord> truths,
                   std::span<const ShownQueries> shown) {
  const auto& molecules = parts_.pools->molecules();
  auto sets = parts_.source->candidates({queries, shown.front().vectors.view()}, 0);
  const std::size_t first = results_.front().size();
  for (std::size_t i = 0; i < truths.size(); ++i) {
    const bool usable = truths[i].status == Status::ok;
    // A query without truth is not worth scoring.
    if (!usable) sets[i] = {truths[i].status};
    with_pool_ += usable && sets[i].status != Status::no_pool ? 1 : 0;
    for (auto& run : results_) run.push_back(missed_query(truths[i], sets[i].status));
  }
  score_queries(
      {parts_.vectors(), parts_.molecules(), parts_.evidence, parts_.rescore}, queries, sets, shown,
      parts_.context, [&](std::size_t run, std::size_t query, const QueryScores& scores) {
        results_[run][first + query] =
            score_pool(truths[query], molecules, sets[query].rows.single_rows(), scores.fused,
                       {scoring_.rules, run == 0 ? scoring_.observer : nullptr});
      });
}

}  // namespace specbridge
