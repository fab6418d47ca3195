#include "pipeline/similarity/best_pairs.h"

#include <algorithm>
#include <span>

#include "specbridge/ion_of_spectrum.h"
#include "specbridge/tolerance.h"

namespace specbridge {
namespace {

/// The references, by precursor, whose precursors agree with that of a query.
std::span<const std::size_t> candidates_of(const ComparedSpectrum& query,
                                           const ComparedSpectra& references,
                                           const SimilarityConfig& config) {
  const std::span<const std::size_t> all(references.by_precursor);
  const double width = half_width(config.precursor_tolerance, query.precursor_mz);
  const auto precursor = [&](std::size_t i) { return references.records[i].precursor_mz; };
  const auto first = std::ranges::lower_bound(all, query.precursor_mz - width, {}, precursor);
  const auto last = std::ranges::upper_bound(all, query.precursor_mz + width, {}, precursor);
  return {first, last};
}

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

/// One query while its references are gone through.
class Listing {
 public:
  Listing(std::size_t query, const BothSides& sides, const SpectrumComparer& comparer,
          const SimilarityConfig& config)
      : query_(query),
        asked_(sides.queries.records[query]),
        sides_(sides),
        comparer_(comparer),
        config_(config),
        limits_(pair_limits(config, comparer.scores().front())) {}

  const ComparedSpectrum& asked() const noexcept { return asked_; }

  void look_at(std::size_t reference) {
    if (sides_.is_same() && (config_.k == 0 ? reference <= query_ : reference == query_)) return;
    const ComparedSpectrum& other = sides_.references.records[reference];
    if (!comparable(asked_, other)) return;
    ++compared_;
    const Similarity similarity = comparer_.compare(0, asked_, other);
    if (similarity.matched < limits_.min_matched || similarity.score < limits_.min_score) return;
    found_.push_back({reference, similarity});
  }

  BestPairs best() {
    keep_best(found_, config_.k);
    BestPairs best{{}, compared_};
    for (const auto& [reference, similarity] : found_) {
      ScoredPair pair{reference, {similarity}};
      const ComparedSpectrum& other = sides_.references.records[reference];
      for (std::size_t score = 1; score < comparer_.scores().size(); ++score) {
        pair.scores.push_back(comparer_.compare(score, asked_, other));
      }
      best.pairs.push_back(std::move(pair));
    }
    return best;
  }

 private:
  std::size_t query_;
  const ComparedSpectrum& asked_;
  const BothSides& sides_;
  const SpectrumComparer& comparer_;
  const SimilarityConfig& config_;
  PairLimits limits_;
  std::vector<FirstScore> found_;
  std::size_t compared_ = 0;
};

}  // namespace

bool comparable(const ComparedSpectrum& a, const ComparedSpectrum& b) {
  return a.kind == b.kind && polarities_fit(a.polarity, b.polarity);
}

std::vector<BestPairs> best_pairs(const QueryRange& queries, const BothSides& sides,
                                  const SpectrumComparer& comparer,
                                  const SimilarityConfig& config) {
  std::vector<Listing> listings;
  for (std::size_t i = 0; i < queries.size; ++i) {
    listings.emplace_back(queries.first + i, sides, comparer, config);
  }
  if (config.mode == PairMode::open) {
    // A reference is fetched once for all of them.
    for (const std::size_t reference : sides.references.by_precursor) {
      for (Listing& listing : listings) {
        if (!listing.asked().refusal) listing.look_at(reference);
      }
    }
  } else {
    for (Listing& listing : listings) {
      if (listing.asked().refusal) continue;
      for (const auto reference : candidates_of(listing.asked(), sides.references, config)) {
        listing.look_at(reference);
      }
    }
  }
  std::vector<BestPairs> best;
  for (Listing& listing : listings) best.push_back(listing.best());
  return best;
}

}  // namespace specbridge
