#pragma once

#include <cstddef>
#include <set>
#include <string>
#include <vector>

#include "samples/words.h"
#include "specbridge/spectrum.h"
#include "specbridge/tolerance.h"

namespace specbridge {

/// When a spectrum is one of a blank's.
struct BlankRule {
  Tolerance precursor{10, 0.01};  ///< of the precursor m/z
  /// Of the intensity of either spectrum, precursor left out, so much must lie in peaks that the
  /// other has, too.
  double shared_intensity = 0.8;
};

/// Peaks are the same within this, Th.
inline constexpr double kSamePeak = 0.02;
/// Peaks from this below the precursor upwards do not count in comparisons with blanks, Th.
inline constexpr double kBelowPrecursor = 0.5;

/// The spectra of blank runs. Memory grows with them.
class Blanks {
 public:
  explicit Blanks(BlankRule rule = {}) : rule_(rule) {}

  /// Adds a spectrum that has a precursor.
  void add(const Spectrum& spectrum);
  /// To be called between the last add() and the first question.
  void sort();
  std::size_t size() const noexcept { return spectra_.size(); }
  /// Whether a spectrum with a precursor is one of theirs: near in precursor m/z, and of the same
  /// peaks. Two spectra without a peak below the precursor are of the same peaks.
  bool match(const Spectrum& spectrum) const;
  /// The words of their spectra.
  std::set<Word> words(SamplePool pool) const;

 private:
  /// m/z and share of the intensity, by m/z.
  struct Blank {
    double precursor_mz = 0;
    std::vector<Peak> peaks;
    std::vector<Word> words, precursors;
  };
  static std::vector<Peak> compared_peaks(const Spectrum& spectrum);

  BlankRule rule_;
  std::vector<Blank> spectra_;
};

/// The smaller of two shares: of the intensity of a in peaks that b has, too, and the reverse.
/// @param a, b peaks by m/z, whose intensities sum to 1
double shared_intensity(const std::vector<Peak>& a, const std::vector<Peak>& b);

}  // namespace specbridge
