#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "library/spectra/peak_index.h"
#include "library/spectra/spectral_library.h"
#include "ms/similarity/prepared_spectrum.h"

namespace specbridge {

/// How far apart two peaks may be at most to be matched through the index of a library whose peaks
/// were merged within a width, Th: then each has one partner at most.
double most_indexed_tolerance(double merged_within);

/// What the peaks of a spectrum have lost of its precursor, Th [peaks].
std::vector<double> losses_of(const PreparedSpectrum& peaks);

/// What the peaks of a query and their partners in each spectrum give to an entropy score together
/// [spectra]: of a pair (a+b) log2(a+b) - a log2 a - b log2 b. Where a peak stands at the very
/// limit of the tolerance it may count although it does not match.
/// @param mz of the query's peaks in the index, Th: m/z, or neutral losses
/// @param weights of these peaks, which sum to 1/2
/// @return valid until the thread asks again
/// @throws ArtifactError when the index names a spectrum that is not there
std::span<const float> entropy_scores(const PeakIndex& index, std::span<const double> mz,
                                      std::span<const double> weights, double tolerance,
                                      std::size_t spectra);

/// The same of a cosine: the sums of products of weights that were divided by their norms.
/// @param index of SpectralLibrary::cosine_products()
std::span<const float> cosine_scores(const PeakIndex& index, std::span<const double> mz,
                                     std::span<const double> weights, double tolerance,
                                     std::size_t spectra);

/// A score by an index: at least the true one, up to the rounding of its sum.
struct IndexedScore {
  float score = 0;
  std::uint32_t spectrum = 0;
};
/// Which spectra are looked at.
struct SpectraToScore {
  RowRange rows;
  int polarity = 0;  ///< +1, -1: not those of the other; 0: not known
};
/// The best of the scores above 0 of some spectra, best first, equal ones by spectrum. What is left
/// exceeds none of them.
std::vector<IndexedScore> best_scores(const SpectralLibrary& library, std::span<const float> scores,
                                      const SpectraToScore& among, std::size_t count);

}  // namespace specbridge
