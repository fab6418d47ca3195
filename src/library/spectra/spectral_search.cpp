#include "library/spectra/spectral_search.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <optional>
#include <span>

#include "library/spectra/entropy_index.h"
#include "ms/similarity/similarity.h"
#include "specbridge/ion_of_spectrum.h"

namespace specbridge {
namespace {

/// Whether peaks that were cleaned as the library's stand as far apart as a rule needs them.
bool apart_enough(const SpectralLibrary& library, const SimilarityRule& rule) {
  const Tolerance& asked = rule.cleaning.merge_within;
  const Tolerance& made = library.rule().cleaning.merge_within;
  return asked.ppm == made.ppm && asked.dalton == made.dalton &&
         rule.cleaning.unit_mass == library.rule().cleaning.unit_mass;
}

/// Peaks that were cleaned as the library's, made ready for a rule.
PreparedSpectrum made_ready(const SpectralLibrary& library, std::span<const Peak> peaks,
                            std::optional<double> precursor_mz, const SimilarityRule& rule) {
  return apart_enough(library, rule) ? prepared(peaks, precursor_mz, rule)
                                     : cleaned_and_prepared(peaks, precursor_mz, rule);
}

/// Whether a score can be worked out of the weights that are stored.
bool has_weights(const SpectralLibrary& library, const SimilarityRule& rule) {
  return rule.kind == SimilarityKind::entropy && library.products() != nullptr &&
         apart_enough(library, rule);
}

/// The entropy score of a library spectrum out of the weights that are stored: what similarity()
/// gives, without making the spectrum ready.
Similarity stored_entropy(const SpectralLibrary::StoredPeaks& reference,
                          const PreparedSpectrum& query, const Tolerance& tolerance) {
  const double half_ppm = tolerance.ppm * 0.5e-6;
  Similarity result;
  for (std::size_t i = 0, j = 0; i < query.size() && j < reference.mz.size();) {
    const double mz = th_of(reference.mz[j]), difference = query.mz[i] - mz;
    const double width = std::max(tolerance.dalton, (query.mz[i] + mz) * half_ppm);
    if (std::abs(difference) > width) {
      ++(difference < 0 ? i : j);
      continue;
    }
    const double weight = reference.weight[j], both = query.weight[i] + weight;
    result.score += both * std::log2(both) - query.term[i] - weight * std::log2(weight);
    ++result.matched;
    ++i;
    ++j;
  }
  result.score = std::clamp(result.score, 0.0, 1.0);
  return result;
}

Similarity similarity_to(const SpectralLibrary& library, const SpectralQuery& query,
                         const SimilarityRule& rule, std::size_t spectrum) {
  if (has_weights(library, rule)) {
    return stored_entropy(library.stored_peaks(spectrum), query.peaks, rule.tolerance);
  }
  const auto peaks = library.peaks(spectrum);
  return similarity(query.peaks,
                    made_ready(library, peaks, library.stated_precursor(spectrum), rule), rule);
}

std::optional<SpectralHit> compare(const SpectralLibrary& library, const SpectralQuery& query,
                                   const SimilarityRule& rule, std::size_t spectrum) {
  if (!polarities_fit(library.polarity(spectrum), query.polarity)) return {};
  if (query.counts && !query.counts(spectrum)) return {};
  const auto [score, matched] = similarity_to(library, query, rule, spectrum);
  if (matched < std::max<std::size_t>(rule.min_matched, 1) || score < rule.min_score) return {};
  return SpectralHit{static_cast<std::uint32_t>(spectrum), static_cast<std::uint32_t>(matched),
                     score};
}

void keep_best(std::vector<SpectralHit>& hits, std::size_t k) {
  std::ranges::sort(hits, stands_before);
  if (hits.size() > k) hits.resize(k);
}

/// Compares with every spectrum.
std::vector<SpectralHit> best_by_scan(const SpectralLibrary& library, const SpectralQuery& query,
                                      const SimilarityRule& rule, std::size_t k) {
  constexpr std::size_t kSpectra = 65536;  // between two sortings
  std::vector<SpectralHit> best;
  const RowRange all = library.of_kind(query.kind);
  for (std::size_t first = all.first; first < all.last; first += kSpectra) {
    const auto more =
        hits_within(library, query, rule, {first, std::min(first + kSpectra, all.last)});
    best.insert(best.end(), more.begin(), more.end());
    keep_best(best, k);
  }
  return best;
}

/// Whether the index has the weights of a cosine.
bool is_indexed_cosine(const SpectralLibrary& library, const SimilarityRule& rule) {
  const SimilarityRule& made = library.rule();
  return library.cosine_products() != nullptr && rule.kind == made.kind &&
         rule.mz_power == made.mz_power && rule.intensity_power == made.intensity_power &&
         apart_enough(library, rule);
}

/// What the score of each spectrum exceeds by rounding alone [spectra]. In hybrid mode a peak that
/// matches both ways counts twice here. Valid until the thread asks again.
std::span<const float> indexed_bounds(const SpectralLibrary& library, const SpectralQuery& query,
                                      const SimilarityRule& rule) {
  const auto by = [&](const PeakIndex& index, std::span<const double> places) {
    return entropy_scores(index, places, query.peaks.weight, rule.tolerance.dalton,
                          library.spectra());
  };
  if (is_indexed_cosine(library, rule)) {
    std::vector<double> shares = query.peaks.weight;
    for (double& share : shares) share /= query.peaks.norm;
    return cosine_scores(*library.cosine_products(), query.peaks.mz, shares, rule.tolerance.dalton,
                         library.spectra());
  }
  const auto products = by(*library.products(), query.peaks.mz);
  if (rule.kind != SimilarityKind::entropy_hybrid) return products;
  thread_local std::vector<float> sums;
  sums.assign(products.begin(), products.end());
  const auto losses = by(*library.losses(), losses_of(query.peaks));
  std::ranges::transform(sums, losses, sums.begin(), std::plus<>());
  return sums;
}

std::vector<SpectralHit> best_by_index(const SpectralLibrary& library, const SpectralQuery& query,
                                       const SimilarityRule& rule, std::size_t k) {
  constexpr double kSlack = 1e-5;  // rounding of a sum
  const auto scores = indexed_bounds(library, query, rule);
  for (std::size_t wanted = 2 * k + 32;; wanted *= 4) {
    const auto bounded =
        best_scores(library, scores, {library.of_kind(query.kind), query.polarity}, wanted);
    std::vector<SpectralHit> best;
    for (const auto& one : bounded) {
      if (const auto hit = compare(library, query, rule, one.spectrum)) best.push_back(*hit);
    }
    keep_best(best, k);
    if (bounded.size() < wanted) return best;  // all that share a peak
    const double rest = bounded.back().score + kSlack;
    if (rest < rule.min_score || (best.size() == k && best.back().score >= rest)) return best;
  }
}

bool goes_through_index(const SpectralLibrary& library, const SimilarityRule& rule) {
  const bool is_indexed = rule.kind == SimilarityKind::entropy ||
                          rule.kind == SimilarityKind::entropy_hybrid ||
                          is_indexed_cosine(library, rule);
  return library.products() != nullptr && is_indexed && rule.tolerance.ppm == 0 &&
         rule.tolerance.dalton <=
             most_indexed_tolerance(library.rule().cleaning.merge_within.dalton);
}

}  // namespace

bool stands_before(const SpectralHit& a, const SpectralHit& b) {
  if (a.score != b.score) return a.score > b.score;
  return a.matched != b.matched ? a.matched > b.matched : a.spectrum < b.spectrum;
}

SimilarityRule rule_over(const SpectralLibrary& library, SimilarityRule asked) {
  asked.cleaning = library.rule().cleaning;
  return completed(asked);
}

SpectralQuery spectral_query(const SpectralLibrary& library, std::span<const Peak> peaks,
                             std::optional<double> precursor_mz, int polarity,
                             const SimilarityRule& rule) {
  const auto as_there = cleaned(peaks, precursor_mz, library.rule().cleaning);
  return {made_ready(library, as_there, precursor_mz, rule), polarity,
          precursor_mz ? SpectrumKind::tandem : SpectrumKind::electron};
}

std::vector<SpectralHit> hits_within(const SpectralLibrary& library, const SpectralQuery& query,
                                     const SimilarityRule& rule, RowRange window) {
  std::vector<SpectralHit> hits;
  for (std::size_t spectrum = window.first; spectrum < window.last; ++spectrum) {
    if (const auto hit = compare(library, query, rule, spectrum)) hits.push_back(*hit);
  }
  return hits;
}

std::vector<SpectralHit> best_hits(const SpectralLibrary& library, const SpectralQuery& query,
                                   const SimilarityRule& rule, std::size_t k) {
  return goes_through_index(library, rule) ? best_by_index(library, query, rule, k)
                                           : best_by_scan(library, query, rule, k);
}

}  // namespace specbridge
