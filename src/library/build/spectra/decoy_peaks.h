#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "library/spectra/spectral_library.h"
#include "specbridge/spectrum.h"

namespace specbridge {

/// The peaks of a decoy of a spectrum: put together from peaks of spectra that share peaks with
/// it, and with what they gave, so that peaks occur together that do in real spectra. As many as
/// the spectrum has, all as the library's rule of cleaning leaves them; fewer where the library has
/// no more that stand far enough apart. By ascending m/z, base peak 1.
/// The spectrum-based method of Scheubert et al., Nat Commun 8, 1494, 2017; what is done otherwise:
/// docs/method/library_search.md
/// @param library has an index of products
/// @param seed the same gives the same peaks, whatever else is made
std::vector<Peak> decoy_peaks(const SpectralLibrary& library, std::size_t spectrum,
                              std::uint64_t seed);

}  // namespace specbridge
