#include "ms/similarity/similarity.h"

#include <algorithm>
#include <cmath>
#include <stdexcept>

#include "ms/similarity/peak_pairs.h"

namespace specbridge {
namespace {

using Kind = SimilarityKind;

WeightedPeaks weighted_peaks(const PreparedSpectrum& spectrum) {
  return {spectrum.mz, spectrum.weight};
}

/// Memory for the comparisons of one thread.
PeakPairs& pairs_of_thread() {
  thread_local PeakPairs pairs;
  pairs.clear();
  return pairs;
}

double share_of(double sum, double norms) {
  return norms > 0 ? std::min(sum / norms, 1.0) : 0;
}

Similarity cosine_of(PeakPairs& pairs, Pairing pairing, const PreparedSpectrum& query,
                     const PreparedSpectrum& reference) {
  pairs.choose(pairing, query.size(), reference.size());
  return {share_of(pairs.sum(), query.norm * reference.norm), pairs.pairs().size()};
}

Similarity plain_cosine(const PreparedSpectrum& query, const PreparedSpectrum& reference,
                        const SimilarityRule& rule, Pairing pairing) {
  PeakPairs& pairs = pairs_of_thread();
  pairs.add(weighted_peaks(query), weighted_peaks(reference), MatchWidth(rule.tolerance), 0);
  return cosine_of(pairs, pairing, query, reference);
}

/// By how much the query's peaks move where they hold what the two molecules differ by.
double shift_between(const PreparedSpectrum& query, const PreparedSpectrum& reference) {
  if (!(query.precursor_mz > 0 && reference.precursor_mz > 0)) {
    throw std::invalid_argument("a score of shifted peaks needs both precursors");
  }
  return reference.precursor_mz - query.precursor_mz;
}

Similarity modified_cosine(const PreparedSpectrum& query, const PreparedSpectrum& reference,
                           const SimilarityRule& rule, Pairing pairing) {
  const double shift = shift_between(query, reference);
  if (std::abs(shift) <= half_width(rule.tolerance, reference.precursor_mz)) {
    return plain_cosine(query, reference, rule, pairing);
  }
  PeakPairs& pairs = pairs_of_thread();
  const MatchWidth width(rule.tolerance);
  pairs.add(weighted_peaks(query), weighted_peaks(reference), width, 0);
  pairs.add(weighted_peaks(query), weighted_peaks(reference), width, shift);
  return cosine_of(pairs, pairing, query, reference);
}

Similarity neutral_losses(const PreparedSpectrum& query, const PreparedSpectrum& reference,
                          const SimilarityRule& rule) {
  PeakPairs& pairs = pairs_of_thread();
  pairs.add(weighted_peaks(query), weighted_peaks(reference), MatchWidth(rule.tolerance),
            shift_between(query, reference));
  return cosine_of(pairs, Pairing::greedy, query, reference);
}

/// Only the query's peaks that the reference has count, so that a mixture costs nothing.
Similarity reverse_cosine(const PreparedSpectrum& query, const PreparedSpectrum& reference,
                          const SimilarityRule& rule) {
  PeakPairs& pairs = pairs_of_thread();
  pairs.add(weighted_peaks(query), weighted_peaks(reference), MatchWidth(rule.tolerance), 0);
  const double query_norm = std::sqrt(pairs.query_power(weighted_peaks(query)));
  pairs.choose(Pairing::greedy, query.size(), reference.size());
  return {share_of(pairs.sum(), query_norm * reference.norm), pairs.pairs().size()};
}

/// How well the ratios of neighbouring common peaks agree, summed: each from 0 to 1.
double sum_of_ratios(std::span<const PeakPair> pairs, const PreparedSpectrum& query,
                     const PreparedSpectrum& reference) {
  double sum = 0;
  for (std::size_t i = 1; i < pairs.size(); ++i) {
    const auto& now = pairs[i];
    const auto& before = pairs[i - 1];
    const double ratio = reference.intensity[now.reference] /
                         reference.intensity[before.reference] *
                         (query.intensity[before.query] / query.intensity[now.query]);
    sum += std::min(ratio, 1 / ratio);
  }
  return sum;
}

Similarity stein_scott(const PreparedSpectrum& query, const PreparedSpectrum& reference,
                       const SimilarityRule& rule) {
  PeakPairs& pairs = pairs_of_thread();
  pairs.add(weighted_peaks(query), weighted_peaks(reference), MatchWidth(rule.tolerance), 0);
  const auto [cosine, matched] = cosine_of(pairs, Pairing::greedy, query, reference);
  if (matched == 0) return {};
  const auto peaks = static_cast<double>(query.size()), common = static_cast<double>(matched);
  const double ratios = sum_of_ratios(pairs.pairs(), query, reference);  // common times their mean
  return {(peaks * cosine + ratios) / (peaks + common), matched};
}

/// Which of two peaks comes first, or that they match.
enum class Order { query, reference, both };

/// Pairs peaks in their order, which is the only way where those of one spectrum stand far apart.
template <typename Compare, typename Matched>
void walk(const PreparedSpectrum& query, const PreparedSpectrum& reference, Compare order,
          Matched matched) {
  std::size_t i = 0, j = 0;
  while (i < query.size() && j < reference.size()) {
    switch (order(query.mz[i], reference.mz[j])) {
      case Order::query:
        ++i;
        break;
      case Order::reference:
        ++j;
        break;
      case Order::both:
        matched(i++, j++);
        break;
    }
  }
}

/// Compares by the difference, as the sources of both scores do: at the very limit a comparison of
/// sums can come out otherwise.
auto order_by(const Tolerance& tolerance) {
  return [dalton = tolerance.dalton, half_ppm = tolerance.ppm * 0.5e-6](double query,
                                                                        double reference) {
    const double difference = query - reference;
    const double width = std::max(dalton, (query + reference) * half_ppm);
    if (difference < -width) return Order::query;
    return difference > width ? Order::reference : Order::both;
  };
}

Similarity linear_cosine(const PreparedSpectrum& query, const PreparedSpectrum& reference,
                         const SimilarityRule& rule) {
  Similarity result;
  double sum = 0;
  walk(query, reference, order_by(rule.tolerance), [&](std::size_t i, std::size_t j) {
    sum += query.weight[i] * reference.weight[j];
    ++result.matched;
  });
  result.score = share_of(sum, query.norm * reference.norm);
  return result;
}

Similarity entropy_similarity(const PreparedSpectrum& query, const PreparedSpectrum& reference,
                              const SimilarityRule& rule) {
  Similarity result;
  walk(query, reference, order_by(rule.tolerance), [&](std::size_t i, std::size_t j) {
    const double both = query.weight[i] + reference.weight[j];
    result.score += both * std::log2(both) - query.term[i] - reference.term[j];
    ++result.matched;
  });
  result.score = std::clamp(result.score, 0.0, 1.0);
  return result;
}

}  // namespace

Similarity similarity(const PreparedSpectrum& query, const PreparedSpectrum& reference,
                      const SimilarityRule& rule) {
  switch (rule.kind) {
    case Kind::cosine_hungarian:
      return plain_cosine(query, reference, rule, Pairing::optimal);
    case Kind::cosine_linear:
      return linear_cosine(query, reference, rule);
    case Kind::modified_cosine:
      return modified_cosine(query, reference, rule, Pairing::greedy);
    case Kind::modified_cosine_hungarian:
      return modified_cosine(query, reference, rule, Pairing::optimal);
    case Kind::neutral_losses:
      return neutral_losses(query, reference, rule);
    case Kind::entropy:
    case Kind::entropy_unweighted:
      return entropy_similarity(query, reference, rule);
    case Kind::stein_scott:
      return stein_scott(query, reference, rule);
    case Kind::reverse:
      return reverse_cosine(query, reference, rule);
    case Kind::cosine:
    case Kind::weighted_cosine:
      break;
  }
  return plain_cosine(query, reference, rule, Pairing::greedy);
}

}  // namespace specbridge
