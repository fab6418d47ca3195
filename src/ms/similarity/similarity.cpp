#include "ms/similarity/similarity.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <stdexcept>

#include "ms/similarity/peak_pairs.h"

namespace specbridge {
namespace {

using Kind = SimilarityKind;

WeightedPeaks weighted_peaks(const PreparedSpectrum& spectrum) {
  return {spectrum.mz, spectrum.weight, spectrum.bins};
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
  if (pairs.pairs().empty()) return {};
  pairs.choose(pairing, query.size(), reference.size());
  return {share_of(pairs.sum(), query.norm * reference.norm), pairs.pairs().size()};
}

Similarity plain_cosine(const PreparedSpectrum& query, const PreparedSpectrum& reference,
                        const SimilarityRule& rule, Pairing pairing) {
  PeakPairs& pairs = pairs_of_thread();
  pairs.add(weighted_peaks(query), weighted_peaks(reference), MatchWidth(rule.tolerance));
  return cosine_of(pairs, pairing, query, reference);
}

void require_precursors(const PreparedSpectrum& query, const PreparedSpectrum& reference) {
  if (query.precursor_mz > 0 && reference.precursor_mz > 0) return;
  throw std::invalid_argument("a score of shifted peaks needs both precursors");
}

/// By how much the query's peaks move where they hold what the two molecules differ by.
double shift_between(const PreparedSpectrum& query, const PreparedSpectrum& reference) {
  require_precursors(query, reference);
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
  pairs.add(weighted_peaks(query), weighted_peaks(reference), width);
  pairs.add_shifted(weighted_peaks(query), weighted_peaks(reference), width, shift);
  return cosine_of(pairs, pairing, query, reference);
}

Similarity neutral_losses(const PreparedSpectrum& query, const PreparedSpectrum& reference,
                          const SimilarityRule& rule) {
  PeakPairs& pairs = pairs_of_thread();
  pairs.add_shifted(weighted_peaks(query), weighted_peaks(reference), MatchWidth(rule.tolerance),
                    shift_between(query, reference));
  return cosine_of(pairs, Pairing::greedy, query, reference);
}

/// Only the query's peaks that the reference has count, so that a mixture costs nothing.
Similarity reverse_cosine(const PreparedSpectrum& query, const PreparedSpectrum& reference,
                          const SimilarityRule& rule) {
  PeakPairs& pairs = pairs_of_thread();
  pairs.add(weighted_peaks(query), weighted_peaks(reference), MatchWidth(rule.tolerance));
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
  pairs.add(weighted_peaks(query), weighted_peaks(reference), MatchWidth(rule.tolerance));
  const auto [cosine, matched] = cosine_of(pairs, Pairing::greedy, query, reference);
  if (matched == 0) return {};
  const auto peaks = static_cast<double>(query.size()), common = static_cast<double>(matched);
  const double ratios = sum_of_ratios(pairs.pairs(), query, reference);  // common times their mean
  return {(peaks * cosine + ratios) / (peaks + common), matched};
}

/// Compares m/z by their difference, as the sources of both scores do: at the very limit a
/// comparison of sums can come out otherwise.
class Difference {
 public:
  explicit Difference(const Tolerance& tolerance)
      : dalton_(tolerance.dalton), half_ppm_(tolerance.ppm * 0.5e-6) {}
  /// -1 or 1: too far below or above; 0: they match.
  int sign(double query, double reference) const {
    return sign(query, reference, query - reference);
  }
  /// The same where the m/z are further apart than what they differ by.
  int sign(double query, double reference, double difference) const {
    const double width = std::max(dalton_, (query + reference) * half_ppm_);
    return (difference > width ? 1 : 0) - (difference < -width ? 1 : 0);
  }

 private:
  double dalton_, half_ppm_;
};

/// Pairs peaks in their order, which is the only way where those of one spectrum stand far apart.
template <typename Matched>
inline void walk(const PreparedSpectrum& query, const PreparedSpectrum& reference,
                 const SimilarityRule& rule, Matched matched) {
  const Difference difference(rule.tolerance);
  std::uint32_t next_query = 0, next_reference = 0;
  for_each_common_bin(query.bins, reference.bins, [&](PeakRange asked, PeakRange known) {
    std::uint32_t i = std::max(asked.first, next_query);
    std::uint32_t j = std::max(known.first, next_reference);
    while (i < asked.last && j < known.last) {
      const int sign = difference.sign(query.mz[i], reference.mz[j]);
      if (sign == 0) matched(i, j);
      i += sign <= 0 ? 1 : 0;
      j += sign >= 0 ? 1 : 0;
      if (sign != 0) continue;
      next_query = i;
      next_reference = j;
    }
  });
}

__attribute__((target_clones("avx2", "default"))) Similarity linear_cosine(
    const PreparedSpectrum& query, const PreparedSpectrum& reference, const SimilarityRule& rule) {
  Similarity result;
  double sum = 0;
  walk(query, reference, rule, [&](std::uint32_t i, std::uint32_t j) {
    sum += query.weight[i] * reference.weight[j];
    ++result.matched;
  });
  result.score = share_of(sum, query.norm * reference.norm);
  return result;
}

__attribute__((target_clones("avx2", "default"))) Similarity entropy_similarity(
    const PreparedSpectrum& query, const PreparedSpectrum& reference, const SimilarityRule& rule) {
  Similarity result;
  walk(query, reference, rule, [&](std::uint32_t i, std::uint32_t j) {
    const double both = query.weight[i] + reference.weight[j];
    result.score += both * std::log2(both) - query.term[i] - reference.term[j];
    ++result.matched;
  });
  result.score = std::clamp(result.score, 0.0, 1.0);
  return result;
}

/// Which peaks of two spectra have a partner: [peaks].
struct PairedPeaks {
  std::vector<char> query, reference;
};

PairedPeaks& paired_peaks_of_thread(std::size_t query, std::size_t reference) {
  thread_local PairedPeaks paired;
  paired.query.assign(query, 0);
  paired.reference.assign(reference, 0);
  return paired;
}

/// The first peaks of a spectrum, which have lost something that can be told from nothing.
std::uint32_t with_losses(const PreparedSpectrum& spectrum, const SimilarityRule& rule) {
  const double smallest = half_width(rule.tolerance, spectrum.precursor_mz);
  const auto lost = [&](double mz) { return spectrum.precursor_mz - mz > smallest; };
  return static_cast<std::uint32_t>(std::ranges::partition_point(spectrum.mz, lost) -
                                    spectrum.mz.begin());
}

/// Pairs the peaks that have no partner yet by what they have lost, in their order.
template <typename Matched>
void walk_losses(const PreparedSpectrum& query, const PreparedSpectrum& reference,
                 const SimilarityRule& rule, const PairedPeaks& paired, Matched matched) {
  const Difference difference(rule.tolerance);
  const auto asked = with_losses(query, rule), known = with_losses(reference, rule);
  for (std::uint32_t i = 0, j = 0; i < asked && j < known;) {
    if (paired.query[i] != 0 || paired.reference[j] != 0) {
      (paired.query[i] != 0 ? i : j) += 1;
      continue;
    }
    const double apart = (reference.precursor_mz - reference.mz[j]) -  //
                         (query.precursor_mz - query.mz[i]);
    const int sign = difference.sign(query.mz[i], reference.mz[j], apart);
    if (sign == 0) matched(i, j);
    i += sign <= 0 ? 1 : 0;
    j += sign >= 0 ? 1 : 0;
  }
}

/// Equal m/z go first: only what they leave is paired by losses.
Similarity hybrid_entropy(const PreparedSpectrum& query, const PreparedSpectrum& reference,
                          const SimilarityRule& rule) {
  require_precursors(query, reference);
  PairedPeaks& paired = paired_peaks_of_thread(query.size(), reference.size());
  Similarity result;
  const auto add = [&](std::uint32_t i, std::uint32_t j) {
    paired.query[i] = paired.reference[j] = 1;
    const double both = query.weight[i] + reference.weight[j];
    result.score += both * std::log2(both) - query.term[i] - reference.term[j];
    ++result.matched;
  };
  walk(query, reference, rule, add);
  walk_losses(query, reference, rule, paired, add);
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
    case Kind::entropy_hybrid:
      return hybrid_entropy(query, reference, rule);
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
