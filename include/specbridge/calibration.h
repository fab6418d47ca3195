#pragma once

#include <cstddef>
#include <map>
#include <string>

namespace specbridge {

/// How the kinds of evidence of a model are weighed against each other.
struct Calibration {
  std::map<std::string, double> weights;   ///< by kind of evidence: "cosine", "fragments"
  std::size_t spectra = 0, molecules = 0;  ///< that they were fitted to
  /// Mean reciprocal rank over those spectra: of each kind alone, and of "fused", where each half
  /// of the molecules is ranked under weights that were fitted to the other half.
  std::map<std::string, double> mrr;
};

}  // namespace specbridge
