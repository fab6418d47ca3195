#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <vector>

#include "library/spectra/spectral_search.h"

namespace specbridge {

/// A molecule with a library spectrum like that of a query, whatever its precursor.
struct Analogue {
  std::size_t molecule = 0;    ///< row
  std::uint32_t spectrum = 0;  ///< the one of it that is most like the query
  float similarity = 0;        ///< of peaks, and half of that of neutral losses: from 0 to 1.5
};

/// The molecules that are most like a query by entropy scores of peaks, `each` of them, and of
/// neutral losses, as many; by row. A molecule counts 0 in the list that it is not in.
/// docs/method/library_search.md
/// @param library has the indices of products and losses
/// @param leave_out whether a spectrum does not count
std::vector<Analogue> analogues_of(const SpectralLibrary& library, const SpectralQuery& query,
                                   double tolerance, std::size_t each,
                                   const std::function<bool(std::size_t)>& leave_out);

}  // namespace specbridge
