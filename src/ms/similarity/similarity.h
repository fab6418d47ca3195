#pragma once

#include <cstddef>

#include "ms/similarity/prepared_spectrum.h"
#include "ms/similarity/similarity_rule.h"

namespace specbridge {

struct Similarity {
  double score = 0;         ///< from 0 to 1
  std::size_t matched = 0;  ///< pairs of peaks
};

/// How alike two spectra are that were prepared for this rule. Every peak has one partner at most.
/// Safe to call from several threads at once; takes no memory once it has seen spectra of the size.
/// @throws std::invalid_argument where the kind needs precursors and one is not known
Similarity similarity(const PreparedSpectrum& query, const PreparedSpectrum& reference,
                      const SimilarityRule& rule);

}  // namespace specbridge
