#include "ms/similarity/prepared_spectrum.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace specbridge {
namespace {

using Kind = SimilarityKind;

/// What one peak takes up in SIRIUS' cosine: all that are left within twice the tolerance, to both
/// sides. Its own m/z stays.
Peak gathered(std::vector<Peak>& peaks, std::vector<char>& taken, std::size_t from,
              const Tolerance& tolerance) {
  Peak sum = peaks[from];
  taken[from] = 1;
  const auto take = [&](std::size_t i) {
    const double upper = std::max(peaks[i].mz, sum.mz), lower = std::min(peaks[i].mz, sum.mz);
    if (upper - lower > 2 * half_width(tolerance, upper)) return false;
    if (taken[i] == 0) sum.intensity += peaks[i].intensity;
    taken[i] = 1;
    return true;
  };
  for (std::size_t i = from; i > 0 && (taken[i - 1] != 0 || take(i - 1)); --i) {
  }
  for (std::size_t i = from + 1; i < peaks.size() && (taken[i] != 0 || take(i)); ++i) {
  }
  return sum;
}

/// Merges peaks, the most intense first, of equals that of lower m/z, so that all stand more than
/// twice the tolerance apart.
std::vector<Peak> well_separated(std::vector<Peak> peaks, const Tolerance& tolerance) {
  std::vector<std::size_t> order(peaks.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::stable_sort(order, std::greater<>(),
                           [&](std::size_t i) { return peaks[i].intensity; });
  std::vector<char> taken(peaks.size(), 0);
  std::vector<Peak> merged;
  for (const std::size_t i : order) {
    if (taken[i] == 0) merged.push_back(gathered(peaks, taken, i, tolerance));
  }
  std::ranges::sort(merged, {}, &Peak::mz);
  return merged;
}

/// The peaks that a kind looks at.
std::vector<Peak> compared_peaks(std::span<const Peak> cleaned, std::optional<double> precursor_mz,
                                 const SimilarityRule& rule) {
  std::vector<Peak> peaks(cleaned.begin(), cleaned.end());
  if (rule.kind == Kind::cosine_linear) return well_separated(std::move(peaks), rule.tolerance);
  if (rule.kind == Kind::neutral_losses && precursor_mz) {
    std::erase_if(peaks, [&](const Peak& peak) { return peak.mz >= *precursor_mz; });
  }
  return peaks;
}

void scale_to(double sum, std::vector<double>& values) {
  const double factor = sum / std::accumulate(values.begin(), values.end(), 0.0);
  for (double& value : values) value *= factor;
}

/// Intensities of spectra of low entropy are raised to a power below 1, then all sum to 1/2: what
/// matched peaks add to the score then needs no further factor.
void weigh_for_entropy(PreparedSpectrum& spectrum, SimilarityKind kind) {
  auto& weight = spectrum.weight;
  scale_to(1, weight);
  double entropy = 0;
  for (const double share : weight) entropy -= share * std::log(share);
  constexpr double kEnough = 3;
  if (kind != Kind::entropy_unweighted && entropy < kEnough) {
    for (double& share : weight) share = std::pow(share, 0.25 + 0.25 * entropy);
  }
  scale_to(0.5, weight);
  for (const double share : weight) spectrum.term.push_back(share * std::log2(share));
}

double power_of(double base, double exponent) {
  if (exponent == 1) return base;
  return exponent == 0 ? 1 : std::pow(base, exponent);
}

}  // namespace

PreparedSpectrum prepared(std::span<const Peak> cleaned_peaks, std::optional<double> precursor_mz,
                          const SimilarityRule& rule) {
  PreparedSpectrum spectrum;
  spectrum.precursor_mz = precursor_mz.value_or(0);
  const auto peaks = compared_peaks(cleaned_peaks, precursor_mz, rule);
  for (const Peak& peak : peaks) {
    spectrum.mz.push_back(peak.mz);
    spectrum.weight.push_back(power_of(peak.mz, rule.mz_power) *
                              power_of(peak.intensity, rule.intensity_power));
    if (rule.kind == Kind::stein_scott) spectrum.intensity.push_back(peak.intensity);
  }
  if (!peaks.empty() && is_entropy(rule.kind)) weigh_for_entropy(spectrum, rule.kind);
  if (rule.kind != Kind::neutral_losses) {
    spectrum.bins = binned(spectrum.mz, MatchWidth(rule.tolerance));
  }
  double power = 0;
  for (const double weight : spectrum.weight) power += weight * weight;
  spectrum.norm = std::sqrt(power);
  return spectrum;
}

PreparedSpectrum cleaned_and_prepared(std::span<const Peak> peaks,
                                      std::optional<double> precursor_mz,
                                      const SimilarityRule& rule) {
  return prepared(cleaned(peaks, precursor_mz, rule.cleaning), precursor_mz, rule);
}

}  // namespace specbridge
