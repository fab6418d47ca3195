#include "library/build/spectra/decoy_peaks.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>
#include <utility>

#include "base/random.h"
#include "library/spectra/spectral_search.h"
#include "specbridge/ion_of_spectrum.h"
#include "specbridge/tolerance.h"

namespace specbridge {
namespace {

constexpr std::size_t kDrawnAtOnce = 5;  // candidates that each peak brings, as in the source
constexpr std::size_t kVainDraws = 200;  // one after another, until draws are given up

/// Peaks above it are no peaks of the spectrum's precursor, Th.
double highest_of(std::optional<double> precursor_mz, const CleaningRule& cleaning) {
  if (!precursor_mz) return std::numeric_limits<double>::infinity();
  return *precursor_mz -
         std::max(cleaning.below_precursor.value_or(0), cleaning.around_precursor.value_or(0));
}

/// A decoy on its way.
class DecoyDraw {
 public:
  DecoyDraw(const SpectralLibrary& library, std::size_t spectrum, std::uint64_t seed)
      : library_(library),
        random_(seed, spectrum),
        polarity_(library.polarity(spectrum)),
        target_(library.peaks(spectrum)),
        highest_(highest_of(library.stated_precursor(spectrum), library.rule().cleaning)),
        kind_(library.of_kind(library.stated_precursor(spectrum) ? SpectrumKind::tandem
                                                                 : SpectrumKind::electron)) {}

  std::vector<Peak> peaks() {
    if (target_.empty()) return {};
    take(target_[random_.below(target_.size())]);
    draw_others();
    std::ranges::sort(decoy_, {}, &Peak::mz);
    const double base = std::ranges::max(decoy_, {}, &Peak::intensity).intensity;
    for (Peak& peak : decoy_) peak.intensity /= base;
    return std::move(decoy_);
  }

 private:
  /// Peaks that spectra have which share one with the decoy; where these have no more that fit,
  /// peaks of any.
  void draw_others() {
    for (const Among among : {Among::sharing, Among::all}) {
      for (std::size_t vain = 0; decoy_.size() < target_.size() && vain < kVainDraws; ++vain) {
        const auto drawn = draw(among);
        if (!drawn || !fits(*drawn)) continue;
        take(*drawn);
        vain = 0;
      }
    }
  }

  enum class Among { sharing, all };

  std::optional<Peak> draw(Among among) {
    if (among == Among::all) {
      candidates_.clear();
      add_peak_of(kind_.first + random_.below(kind_.size()));
    } else if (candidates_.empty()) {
      add_candidates(decoy_[random_.below(decoy_.size())].mz);
    }
    if (candidates_.empty()) return {};
    std::swap(candidates_[random_.below(candidates_.size())], candidates_.back());
    const Peak drawn = candidates_.back();
    candidates_.pop_back();
    return drawn;
  }

  void take(const Peak& peak) {
    decoy_.push_back(peak);
    add_candidates(peak.mz);
  }

  /// One peak each of some spectra that have a peak there.
  void add_candidates(double mz) {
    const double width = half_width(library_.rule().tolerance, mz);
    const auto there =
        library_.products()->between(nearest_micro_mz(mz - width), nearest_micro_mz(mz + width));
    for (std::size_t i = 0; i < kDrawnAtOnce && !there.spectra.empty(); ++i) {
      add_peak_of(there.spectra[random_.below(there.spectra.size())]);
    }
  }

  void add_peak_of(std::size_t spectrum) {
    if (spectrum < kind_.first || spectrum >= kind_.last) return;
    if (!polarities_fit(library_.polarity(spectrum), polarity_)) return;
    const auto peaks = library_.peaks(spectrum);
    const auto above = std::ranges::upper_bound(peaks, highest_, {}, &Peak::mz);
    const auto below = static_cast<std::uint64_t>(above - peaks.begin());
    if (below > 0) candidates_.push_back(peaks[random_.below(below)]);
  }

  /// Whether a peak stands far enough from those that are there, as after merging.
  bool fits(const Peak& peak) const {
    const Tolerance& apart = library_.rule().cleaning.merge_within;
    return std::ranges::all_of(decoy_, [&](const Peak& other) {
      return std::abs(peak.mz - other.mz) >= half_width(apart, std::max(peak.mz, other.mz));
    });
  }

  const SpectralLibrary& library_;
  Random random_;
  int polarity_;
  std::vector<Peak> target_;
  double highest_;
  RowRange kind_;  // the spectra of its kind
  std::vector<Peak> decoy_, candidates_;
};

}  // namespace

std::vector<Peak> decoy_peaks(const SpectralLibrary& library, std::size_t spectrum,
                              std::uint64_t seed) {
  return DecoyDraw(library, spectrum, seed).peaks();
}

}  // namespace specbridge
