#include "library/spectra/entropy_index.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cstdint>

#include "specbridge/error.h"
#include "specbridge/ion_of_spectrum.h"

namespace specbridge {
namespace {

constexpr std::size_t kTogether = 256;  // postings whose contributions are worked out in one go

/// log2 of a positive normal number to some 1e-7, in a form that compilers turn into vector code:
/// x = 2^e m with m in [sqrt(1/2), sqrt(2)), and log2 m by the series of the inverse hyperbolic
/// tangent of (m - 1) / (m + 1).
inline float log2_of(float x) {
  constexpr std::uint32_t kRootOfHalf = 0x3f3504f3;
  const std::uint32_t offset = std::bit_cast<std::uint32_t>(x) - kRootOfHalf;
  const auto exponent = static_cast<std::int32_t>(offset) >> 23;
  const float m = std::bit_cast<float>((offset & 0x007fffffU) + kRootOfHalf);
  const float t = (m - 1) / (m + 1), t2 = t * t;
  constexpr float kTwoOverLn2 = 2.88539008F;
  const float series = 1 + t2 * (1 / 3.0F + t2 * (1 / 5.0F + t2 * (1 / 7.0F + t2 * (1 / 9.0F))));
  return static_cast<float>(exponent) + kTwoOverLn2 * t * series;
}

[[noreturn]] void throw_of_no_spectrum(std::uint32_t spectrum) {
  throw ArtifactError(fmt::format(
      "a library of spectra lists peaks of its spectrum {}, which it does not have; build it again",
      spectrum));
}

constexpr double kRounding = 1e-6;  // Th; a peak at the very limit may count, or not

// Processors with AVX2 work on eight at a time; the bits are the same.
#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__)
__attribute__((target_clones("avx2", "default")))
#endif
void contributions(float a, std::span<const float> weights, std::span<float> out) {
  const float own = a * log2_of(a);
  for (std::size_t i = 0; i < weights.size(); ++i) {
    const float b = weights[i], sum = a + b;
    out[i] = sum * log2_of(sum) - own - b * log2_of(b);
  }
}

/// The same of a cosine.
void add_products(const PeakIndex::Postings& partners, float weight, std::span<float> scores) {
  for (std::size_t i = 0; i < partners.spectra.size(); ++i) {
    if (partners.spectra[i] >= scores.size()) [[unlikely]]
      throw_of_no_spectrum(partners.spectra[i]);
    scores[partners.spectra[i]] += weight * partners.weights[i];
  }
}

/// Adds what a peak of a query and its partners give.
void add_matches(const PeakIndex::Postings& partners, float weight, std::span<float> scores) {
  std::array<float, kTogether> added;
  for (std::size_t first = 0; first < partners.spectra.size(); first += kTogether) {
    const std::size_t count = std::min(kTogether, partners.spectra.size() - first);
    contributions(weight, partners.weights.subspan(first, count), std::span(added).first(count));
    const auto spectra = partners.spectra.subspan(first, count);
    for (std::size_t i = 0; i < count; ++i) {
      if (spectra[i] >= scores.size()) [[unlikely]]
        throw_of_no_spectrum(spectra[i]);
      scores[spectra[i]] += added[i];
    }
  }
}

/// Peaks of a query.
struct LookedUp {
  std::span<const double> mz, weights;
};

/// Goes through the ranges of an index in which a query's peaks have partners.
template <typename Add>
std::span<const float> sums_over(const PeakIndex& index, const LookedUp& query, double tolerance,
                                 std::size_t spectra, Add add) {
  thread_local std::vector<float> scores;
  scores.assign(spectra, 0.0F);
  for (std::size_t peak = 0; peak < query.mz.size(); ++peak) {
    const auto found = index.between(nearest_micro_mz(query.mz[peak] - tolerance - kRounding),
                                     nearest_micro_mz(query.mz[peak] + tolerance + kRounding));
    add(found, static_cast<float>(query.weights[peak]), scores);
  }
  return scores;
}

bool scores_before(const IndexedScore& a, const IndexedScore& b) {
  return a.score != b.score ? a.score > b.score : a.spectrum < b.spectrum;
}

}  // namespace

double most_indexed_tolerance(double merged_within) {
  constexpr double kBelowHalf = 0.48;  // two peaks just as far apart as merged do not share a match
  return kBelowHalf * merged_within;
}

std::vector<double> losses_of(const PreparedSpectrum& peaks) {
  std::vector<double> losses;
  for (const double mz : peaks.mz) losses.push_back(peaks.precursor_mz - mz);
  return losses;
}

std::span<const float> entropy_scores(const PeakIndex& index, std::span<const double> mz,
                                      std::span<const double> weights, double tolerance,
                                      std::size_t spectra) {
  return sums_over(index, {mz, weights}, tolerance, spectra, add_matches);
}

std::span<const float> cosine_scores(const PeakIndex& index, std::span<const double> mz,
                                     std::span<const double> weights, double tolerance,
                                     std::size_t spectra) {
  return sums_over(index, {mz, weights}, tolerance, spectra, add_products);
}

std::vector<IndexedScore> best_scores(const SpectralLibrary& library, std::span<const float> scores,
                                      const SpectraToScore& among, std::size_t count) {
  std::vector<IndexedScore> best;
  const std::size_t room = 4 * count + 1024;
  best.reserve(room);
  const auto keep = [&] {
    const auto end = best.begin() + static_cast<std::ptrdiff_t>(std::min(count, best.size()));
    std::ranges::partial_sort(best, end, scores_before);
    best.erase(end, best.end());
  };
  float bar = 0;  // of what can still be among them
  for (std::size_t i = among.rows.first; i < among.rows.last; ++i) {
    if (!(scores[i] > bar) || !polarities_fit(library.polarity(i), among.polarity)) continue;
    best.push_back({scores[i], static_cast<std::uint32_t>(i)});
    if (best.size() < room) continue;
    keep();
    bar = best.back().score;
  }
  keep();
  return best;
}

}  // namespace specbridge
