#pragma once

#include <cstddef>

namespace specbridge {

/// How the learned fragment score of a model was fitted.
struct FragmentFit {
  std::size_t molecules = 0, spectra = 0;  ///< that it was fitted on
  /// Isomers that they were told from: of lists, and made by edits where lists had too few.
  std::size_t listed_decoys = 0, made_decoys = 0;
  /// Mean reciprocal rank, among their decoys, of molecules that were kept aside: with every bond
  /// equally strong, and as fitted.
  double mrr_before = 0, mrr = 0;
};

}  // namespace specbridge
