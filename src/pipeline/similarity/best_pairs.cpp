#include "pipeline/similarity/best_pairs.h"

#include <algorithm>
#include <span>

#include "specbridge/tolerance.h"

namespace specbridge {
namespace {

/// The references, by precursor, that a query is compared with.
std::span<const std::size_t> candidates_of(const ComparedSpectrum& query,
                                           const ComparedSpectra& references,
                                           const SimilarityConfig& config) {
  const std::span<const std::size_t> all(references.by_precursor);
  if (config.mode == PairMode::open) return all;
  const double width = half_width(config.precursor_tolerance, query.precursor_mz);
  const auto precursor = [&](std::size_t i) { return references.records[i].precursor_mz; };
  const auto first = std::ranges::lower_bound(all, query.precursor_mz - width, {}, precursor);
  const auto last = std::ranges::upper_bound(all, query.precursor_mz + width, {}, precursor);
  return {first, last};
}

/// Scores of one query, kept while the table is chosen.
struct FirstScore {
  std::size_t reference = 0;
  Similarity similarity;
};

bool stands_before(const FirstScore& a, const FirstScore& b) {
  if (a.similarity.score != b.similarity.score) return a.similarity.score > b.similarity.score;
  return a.reference < b.reference;
}

void keep_best(std::vector<FirstScore>& found, std::size_t k) {
  if (k > 0 && found.size() > k) {
    std::ranges::nth_element(found, found.begin() + static_cast<std::ptrdiff_t>(k), stands_before);
    found.resize(k);
  }
  std::ranges::sort(found, stands_before);
}

}  // namespace

bool same_polarity(const ComparedSpectrum& a, const ComparedSpectrum& b) {
  return a.polarity == 0 || b.polarity == 0 || a.polarity == b.polarity;
}

BestPairs best_pairs(std::size_t query, const BothSides& sides, const SpectrumComparer& comparer,
                     const SimilarityConfig& config) {
  BestPairs best;
  const ComparedSpectrum& asked = sides.queries.records[query];
  if (asked.refusal) return best;
  const PairLimits limits = pair_limits(config, comparer.scores().front());
  std::vector<FirstScore> found;
  for (const std::size_t reference : candidates_of(asked, sides.references, config)) {
    const ComparedSpectrum& other = sides.references.records[reference];
    if (sides.is_same() && (config.k == 0 ? reference <= query : reference == query)) continue;
    if (!same_polarity(asked, other)) continue;
    ++best.compared;
    const Similarity similarity = comparer.compare(0, asked, other);
    if (similarity.matched < limits.min_matched || similarity.score < limits.min_score) continue;
    found.push_back({reference, similarity});
  }
  keep_best(found, config.k);
  for (const auto& [reference, similarity] : found) {
    ScoredPair pair{reference, {similarity}};
    for (std::size_t score = 1; score < comparer.scores().size(); ++score) {
      pair.scores.push_back(comparer.compare(score, asked, sides.references.records[reference]));
    }
    best.pairs.push_back(std::move(pair));
  }
  return best;
}

}  // namespace specbridge
