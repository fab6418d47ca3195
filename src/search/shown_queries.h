#pragma once

#include <optional>
#include <span>
#include <vector>

#include "base/matrix.h"
#include "fragments/peaks.h"
#include "ms/preprocess.h"
#include "ranking/structures.h"
#include "specbridge/query.h"

namespace specbridge {

/// What queries show in one run (the run under test, or a control): to the encoder, and to evidence
/// that reads peaks.
struct ShownQueries {
  Matrix vectors;  ///< [queries, dim]; a query that was refused has a zero row
  std::vector<std::vector<FragmentPeak>> peaks = {};  ///< of each query; empty: nobody reads them
  std::vector<std::vector<Peak>> spectra = {};        ///< the same of all peaks, as they were read
  /// What the encoder was shown, which a decoder is told; nothing of refused queries. Empty: nobody
  /// reads it.
  std::vector<PeakRows> inputs = {};
  /// Of each query a structure that no decoder is told of, though it is a candidate; empty: all are
  /// told of.
  std::vector<std::optional<StructureKey>> untold = {};
};

/// The peaks of queries as they are; none of those that were refused.
std::vector<std::vector<FragmentPeak>> shown_peaks(std::span<const Query> queries);
std::vector<std::vector<Peak>> shown_spectra(std::span<const Query> queries);

}  // namespace specbridge
