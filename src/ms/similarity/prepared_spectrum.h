#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <vector>

#include "ms/similarity/mz_bins.h"
#include "ms/similarity/similarity_rule.h"
#include "specbridge/spectrum.h"

namespace specbridge {

/// A spectrum made ready for one rule, once for all comparisons. All vectors are [peaks], by
/// ascending m/z.
struct PreparedSpectrum {
  double precursor_mz = 0;        ///< Th; 0: unknown
  std::vector<double> mz;         ///< Th
  std::vector<double> weight;     ///< m/z^a intensity^b; of entropy scores they sum to 1/2
  std::vector<double> intensity;  ///< base peak 1; of stein_scott only
  std::vector<double> term;       ///< weight log2(weight); of entropy scores only
  double norm = 0;                ///< root of the sum of squared weights
  MzBins bins;                    ///< not of neutral_losses
  std::size_t size() const noexcept { return mz.size(); }
};

/// @param cleaned_peaks what cleaned() gives for rule.cleaning
PreparedSpectrum prepared(std::span<const Peak> cleaned_peaks, std::optional<double> precursor_mz,
                          const SimilarityRule& rule);
/// The same from peaks as they were read.
PreparedSpectrum cleaned_and_prepared(std::span<const Peak> peaks,
                                      std::optional<double> precursor_mz,
                                      const SimilarityRule& rule);

}  // namespace specbridge
