#include "pipeline/pool_runs.h"

#include <optional>
#include <span>

#include "specbridge/status.h"

namespace specbridge {
namespace {

/// The first answer that is left without some structures, and how probable it is.
std::optional<SureAnswer> sure_answer(const FirstAnswerModel& model, const RankedQuery& query,
                                      const StructureKey& truth,
                                      std::vector<StructureKey> without) {
  const auto first = model.first_answer(query, without);
  if (!first || !first->probability) return {};
  const StructureKey& answer = first->leader.structure.structure;
  SureAnswer sure{*first->probability, {}, first->leader.margin, answer == truth, first->present};
  without.push_back(answer);
  if (const auto second = model.first_answer(query, without)) sure.second = second->probability;
  return sure;
}

}  // namespace

PoolRuns::PoolRuns(const SearchParts& parts, std::size_t runs, PoolScoring scoring)
    : parts_(parts), scoring_(scoring), results_(runs) {}

void PoolRuns::add(std::span<const Query> queries, std::span<const TruthRecord> truths,
                   std::span<const ShownQueries> shown) {
  const auto& molecules = parts_.pools->molecules();
  auto sets = parts_.source->candidates({queries, shown.front().vectors.view()}, 0);
  const std::size_t first = results_.front().size();
  scores_.resize(first + truths.size());
  if (parts_.first_answers) certainties_.resize(first + truths.size());
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
        if (run > 0) return;
        keep(first + query, queries[query], shown.front().peaks[query], truths[query], sets[query],
             scores);
      });
}

void PoolRuns::keep(std::size_t place, const Query& query, std::span<const FragmentPeak> peaks,
                    const TruthRecord& truth, const CandidateSet& set, const QueryScores& scores) {
  scores_[place].assign(scores.fused.begin(), scores.fused.end());
  if (!parts_.first_answers) return;
  const auto structures = structures_of(set, scores.fused, parts_.molecules());
  QueryExplanations explanations(query, peaks, parts_.molecules());
  QueryStandings standings(parts_.first_answers->isomers(), query, peaks, parts_.molecules());
  const RankedQuery ranked{structures, scores, explanations, standings};
  const StructureKey key(truth.molecule->inchikey14());
  certainties_[place] = {sure_answer(*parts_.first_answers, ranked, key, {}),
                         sure_answer(*parts_.first_answers, ranked, key, {key}),
                         !leader_of(structures, std::span(&key, 1))};
}

}  // namespace specbridge
