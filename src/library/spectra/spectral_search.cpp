#include "library/spectra/spectral_search.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <optional>
#include <span>

#include "library/spectra/entropy_index.h"
#include "ms/similarity/similarity.h"

namespace specbridge {
namespace {

/// Peaks that were cleaned as the library's, made ready for a rule. Some scores need peaks further
/// apart than those that the library was made for.
PreparedSpectrum made_ready(const SpectralLibrary& library, std::span<const Peak> peaks,
                            double precursor_mz, const SimilarityRule& rule) {
  const Tolerance& asked = rule.cleaning.merge_within;
  const Tolerance& made = library.rule().cleaning.merge_within;
  return asked.ppm == made.ppm && asked.dalton == made.dalton
             ? prepared(peaks, precursor_mz, rule)
             : cleaned_and_prepared(peaks, precursor_mz, rule);
}

std::optional<SpectralHit> compare(const SpectralLibrary& library, const SpectralQuery& query,
                                   const SimilarityRule& rule, std::size_t spectrum) {
  if (!polarities_fit(library.polarity(spectrum), query.polarity)) return {};
  const auto peaks = library.peaks(spectrum);
  const auto [score, matched] = similarity(
      query.peaks, made_ready(library, peaks, library.precursor_mz(spectrum), rule), rule);
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
  for (std::size_t first = 0; first < library.spectra(); first += kSpectra) {
    const auto more =
        hits_within(library, query, rule, {first, std::min(first + kSpectra, library.spectra())});
    best.insert(best.end(), more.begin(), more.end());
    keep_best(best, k);
  }
  return best;
}

/// Scores by the index, from which the best are taken band by band: each is at least the true one,
/// up to the rounding of its sum.
class BoundedScores {
 public:
  explicit BoundedScores(std::span<const float> scores) : scores_(scores) {
    for (const float score : scores) ++counts_[band_of(score)];
  }
  /// The spectra of the next bands below those that were taken, at least `wanted` while there are
  /// some; empty: none is left.
  std::vector<std::uint32_t> take(std::size_t wanted) {
    const std::size_t top = next_;
    std::size_t found = 0;
    while (next_ > 1 && found < wanted) found += counts_[--next_];
    std::vector<std::uint32_t> spectra;
    if (found == 0) return spectra;
    for (std::size_t i = 0; i < scores_.size(); ++i) {
      const std::size_t band = band_of(scores_[i]);
      if (band >= next_ && band < top) spectra.push_back(static_cast<std::uint32_t>(i));
    }
    return spectra;
  }
  /// What no spectrum that is left exceeds.
  double rest() const {
    constexpr double kSlack = 1e-5;
    return static_cast<double>(next_) / kBands + kSlack;
  }

 private:
  static constexpr std::size_t kBands = 4096;
  /// 0: no peak in common.
  static std::size_t band_of(float score) {
    if (!(score > 0)) return 0;
    return std::min(kBands, 1 + static_cast<std::size_t>(score * (kBands - 1)));
  }

  std::span<const float> scores_;
  std::array<std::uint32_t, kBands + 1> counts_{};
  std::size_t next_ = kBands + 1;
};

std::vector<SpectralHit> best_by_index(const SpectralLibrary& library, const SpectralQuery& query,
                                       const SimilarityRule& rule, std::size_t k) {
  std::vector<float> scores(library.spectra());
  add_entropy(*library.products(), query.peaks.mz, query.peaks.weight, rule.tolerance.dalton,
              scores);
  BoundedScores bounded(scores);
  std::vector<SpectralHit> best;
  for (std::size_t wanted = std::max<std::size_t>(k, 32);; wanted *= 2) {
    const auto taken = bounded.take(wanted);
    if (taken.empty()) return best;
    for (const std::uint32_t spectrum : taken) {
      if (const auto hit = compare(library, query, rule, spectrum)) best.push_back(*hit);
    }
    keep_best(best, k);
    const bool full = best.size() == k && best.back().score >= bounded.rest();
    if (full || bounded.rest() < rule.min_score) return best;
  }
}

bool goes_through_index(const SpectralLibrary& library, const SimilarityRule& rule) {
  return library.products() != nullptr && rule.kind == SimilarityKind::entropy &&
         rule.tolerance.ppm == 0 &&
         rule.tolerance.dalton <=
             most_indexed_tolerance(library.rule().cleaning.merge_within.dalton);
}

}  // namespace

bool polarities_fit(int a, int b) {
  return a == 0 || b == 0 || a == b;
}

bool stands_before(const SpectralHit& a, const SpectralHit& b) {
  if (a.score != b.score) return a.score > b.score;
  return a.matched != b.matched ? a.matched > b.matched : a.spectrum < b.spectrum;
}

SimilarityRule rule_over(const SpectralLibrary& library, SimilarityRule asked) {
  asked.cleaning = library.rule().cleaning;
  return completed(asked);
}

SpectralQuery spectral_query(const SpectralLibrary& library, std::span<const Peak> peaks,
                             double precursor_mz, int polarity, const SimilarityRule& rule) {
  const auto as_there = cleaned(peaks, precursor_mz, library.rule().cleaning);
  return {made_ready(library, as_there, precursor_mz, rule), polarity};
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
