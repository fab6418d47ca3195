#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "library/spectra/peak_index.h"
#include "ms/similarity/prepared_spectrum.h"

namespace specbridge {

/// How far apart two peaks may be at most to be matched through the index of a library whose peaks
/// were merged within a width, Th: then each has one partner at most.
double most_indexed_tolerance(double merged_within);

/// Adds to `scores` [spectra], float32, what each peak of a query and its partner in a spectrum
/// give to their entropy score: (a+b) log2(a+b) - a log2 a - b log2 b. Where a peak stands at the
/// very limit of the tolerance it may count although it does not match.
/// @param mz of the query's peaks in the index, Th: m/z, or neutral losses
/// @param weights of these peaks, which sum to 1/2
/// @throws ArtifactError when the index names a spectrum behind the last of `scores`
void add_entropy(const PeakIndex& index, std::span<const double> mz,
                 std::span<const double> weights, double tolerance, std::span<float> scores);

}  // namespace specbridge
