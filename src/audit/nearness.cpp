#include "audit/nearness.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <numeric>
#include <tuple>
#include <unordered_map>
#include <utility>

#include "base/parallel.h"
#include "search/ranker.h"
#include "specbridge/status.h"
#include "stats/cross_fit.h"

namespace specbridge {
namespace {

constexpr double kNearnessRidge = 1e-3;  // on numbers of unit spread
constexpr std::size_t kNumbers = std::tuple_size_v<Nearness>;
constexpr std::size_t kNearnessChunk = 4096;

double mean_of_first(const std::vector<double>& values, std::size_t count) {
  count = std::min(count, values.size());
  const auto end = values.begin() + static_cast<std::ptrdiff_t>(count);
  return count == 0 ? 0 : std::accumulate(values.begin(), end, 0.0) / static_cast<double>(count);
}

/// The pool of a query that can be ranked; nullptr where there is none.
const std::vector<std::size_t>* asked_pool(const TruthRecord& truth, const CandidatePools& pools) {
  return truth.status == Status::ok ? pool_of(truth, pools) : nullptr;
}

/// The candidates of the pools that are asked for, ascending.
std::vector<std::size_t> asked_rows(const std::vector<TruthRecord>& truths,
                                    const CandidatePools& pools) {
  std::vector<bool> asked(pools.molecules().size(), false);
  for (const TruthRecord& truth : truths) {
    const auto* pool = asked_pool(truth, pools);
    if (pool == nullptr) continue;
    for (const std::size_t row : *pool) asked[row] = true;
  }
  std::vector<std::size_t> rows;
  for (std::size_t row = 0; row < asked.size(); ++row) {
    if (asked[row]) rows.push_back(row);
  }
  return rows;
}

/// By row of the pools' molecules; of those that no query asks for nothing is told.
std::vector<Nearness> nearness_of(const CandidatePools& pools, const std::vector<std::size_t>& rows,
                                  const TrainingFingerprints& training, const RunContext& context) {
  const TrainingNeighbours neighbours(training.molecules);
  std::vector<Nearness> all(pools.molecules().size());
  for (std::size_t first = 0; first < rows.size(); first += kNearnessChunk) {
    const std::size_t size = std::min(kNearnessChunk, rows.size() - first);
    parallel_for(size, context.threads, [&](std::size_t i) {
      context.check_interrupt();
      const std::size_t row = rows[first + i];
      all[row] = neighbours.of(morgan_bits(pools.molecules()[row], training.length));
    });
    context.progress("comparing candidates with training molecules", first + size, rows.size());
  }
  return all;
}

/// Queries whose pool holds their truth and others, as choices among its candidates, whose numbers
/// stand in a table from row `first` on.
struct RankedQueries {
  std::vector<Choice> choices;
  std::vector<std::size_t> queries, fold;  ///< of the choices
};

RankedQueries ranked_queries(const std::vector<TruthRecord>& truths, const CandidatePools& pools,
                             const std::vector<std::vector<float>>& scores, std::uint64_t seed) {
  RankedQueries ranked;
  std::unordered_map<std::string, std::size_t> molecule_of;
  std::vector<std::size_t> molecules, spectra;
  std::size_t rows = 0;
  for (std::size_t q = 0; q < truths.size(); ++q) {
    const auto* pool = scores[q].empty() ? nullptr : pool_of(truths[q], pools);
    if (pool == nullptr || pool->size() < 2) continue;
    const std::string& key = truths[q].molecule->inchikey14();
    const auto found = std::ranges::find_if(
        *pool, [&](std::size_t row) { return pools.molecules()[row].inchikey14() == key; });
    if (found == pool->end()) continue;
    Choice choice{std::vector<std::size_t>(pool->size()),
                  static_cast<std::size_t>(found - pool->begin())};
    std::iota(choice.rows.begin(), choice.rows.end(), rows);
    rows += pool->size();
    ranked.choices.push_back(std::move(choice));
    ranked.queries.push_back(q);
    const auto [place, fresh] = molecule_of.try_emplace(key, spectra.size());
    if (fresh) spectra.push_back(0);
    ++spectra[place->second];
    molecules.push_back(place->second);
  }
  const auto half = random_folds(spectra.size(), 2, seed);
  for (std::size_t i = 0; i < ranked.choices.size(); ++i) {
    ranked.choices[i].weight = 1 / std::sqrt(static_cast<double>(spectra[molecules[i]]));
    ranked.fold.push_back(half[molecules[i]]);
  }
  return ranked;
}

/// Nearness of all candidates of ranked queries, and their score behind it where it is asked for.
enum class Numbers { nearness, nearness_and_score };
AlternativeTable numbers_of(const RankedQueries& ranked, const std::vector<TruthRecord>& truths,
                            const CandidatePools& pools, const std::vector<Nearness>& nearness,
                            const std::vector<std::vector<float>>& scores, Numbers numbers) {
  const bool with_score = numbers == Numbers::nearness_and_score;
  AlternativeTable table(kNumbers + (with_score ? 1 : 0));
  std::vector<double> row(table.kinds());
  for (const std::size_t query : ranked.queries) {
    const auto known = with_worst_for_missing(scores[query]);
    const auto& pool = *pool_of(truths[query], pools);
    for (std::size_t i = 0; i < pool.size(); ++i) {
      std::ranges::copy(nearness[pool[i]], row.begin());
      if (with_score) row[kNumbers] = known[i];
      table.add(row);
    }
  }
  return table;
}

/// Scores by query of its pool's candidates: fitted ones, elsewhere equal ones.
std::vector<std::vector<float>> fitted_scores(const RankedQueries& ranked, AlternativeTable table,
                                              const std::vector<std::vector<float>>& scores) {
  std::vector<std::vector<float>> all;
  for (const auto& one : scores) all.emplace_back(one.size(), 0.0F);
  scale_to_unit_spread(table, ranked.choices);
  const auto fitted = cross_fitted_scores(table, ranked.choices, ranked.fold, kNearnessRidge);
  for (std::size_t i = 0; i < fitted.size(); ++i) {
    all[ranked.queries[i]].assign(fitted[i].begin(), fitted[i].end());
  }
  return all;
}

std::vector<QueryResult> results_of(const std::vector<TruthRecord>& truths,
                                    const CandidatePools& pools,
                                    const std::vector<std::vector<float>>& scores,
                                    const RankingRules& rules, std::size_t threads) {
  std::vector<QueryResult> results(truths.size());
  parallel_for(truths.size(), threads, [&](std::size_t q) {
    const auto* pool = asked_pool(truths[q], pools);
    const std::vector<float> equal(pool == nullptr ? 0 : pool->size(), 0.0F);
    results[q] = score_pool(truths[q], pools.molecules(), pool,
                            scores[q].empty() ? equal : scores[q], {rules});
  });
  return results;
}

std::vector<std::vector<float>> largest_of(const std::vector<TruthRecord>& truths,
                                           const CandidatePools& pools,
                                           const std::vector<Nearness>& nearness) {
  std::vector<std::vector<float>> scores(truths.size());
  for (std::size_t q = 0; q < truths.size(); ++q) {
    const auto* pool = asked_pool(truths[q], pools);
    if (pool == nullptr) continue;
    for (const std::size_t row : *pool) {
      scores[q].push_back(static_cast<float>(nearness[row].front()));
    }
  }
  return scores;
}

}  // namespace

TrainingNeighbours::TrainingNeighbours(std::span<const FingerprintBits> molecules) {
  for (std::size_t i = 0; i < molecules.size(); ++i) {
    sizes_.push_back(molecules[i].size());
    for (const auto bit : molecules[i]) {
      if (holders_.size() <= bit) holders_.resize(bit + std::size_t{1});
      holders_[bit].push_back(static_cast<std::uint32_t>(i));
    }
  }
}

Nearness TrainingNeighbours::of(const FingerprintBits& molecule) const {
  std::vector<std::uint32_t> common(sizes_.size());
  for (const auto bit : molecule) {
    if (bit >= holders_.size()) continue;
    for (const auto holder : holders_[bit]) ++common[holder];
  }
  std::vector<double> similarity(sizes_.size());
  for (std::size_t i = 0; i < sizes_.size(); ++i) {
    const std::size_t either = sizes_[i] + molecule.size() - common[i];
    similarity[i] = either == 0 ? 1 : static_cast<double>(common[i]) / static_cast<double>(either);
  }
  const auto kept = static_cast<std::ptrdiff_t>(std::min<std::size_t>(100, similarity.size()));
  std::partial_sort(similarity.begin(), similarity.begin() + kept, similarity.end(),
                    std::greater());
  return {mean_of_first(similarity, 1), mean_of_first(similarity, 10),
          mean_of_first(similarity, 100)};
}

NearnessResults rank_by_nearness(const std::vector<TruthRecord>& truths,
                                 const CandidatePools& pools, const TrainingFingerprints& training,
                                 const std::vector<std::vector<float>>& scores,
                                 const RankingRules& rules, const RunContext& context) {
  const auto nearness = nearness_of(pools, asked_rows(truths, pools), training, context);
  const RankedQueries ranked = ranked_queries(truths, pools, scores, context.seed);
  const auto results = [&](const std::vector<std::vector<float>>& by) {
    return results_of(truths, pools, by, rules, context.threads);
  };
  const auto fitted = [&](Numbers numbers) {
    return fitted_scores(ranked, numbers_of(ranked, truths, pools, nearness, scores, numbers),
                         scores);
  };
  return {results(largest_of(truths, pools, nearness)), results(fitted(Numbers::nearness)),
          results(fitted(Numbers::nearness_and_score))};
}

}  // namespace specbridge
