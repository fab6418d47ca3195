#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <vector>

#include "pipeline/training/labelled_spectra.h"
#include "pipeline/training/validation.h"
#include "specbridge/context.h"

namespace specbridge {

/// For each spectrum the others of equal precursor, by which a replicate is looked up.
/// @param ppm by which equal precursors of one ion mode differ at most, of the larger
/// @return rows of the others, ascending
std::vector<std::vector<std::size_t>> equal_precursors(std::span<const Example> examples,
                                                       double ppm);

/// Leaves each spectrum out in turn and looks for another of its molecule among those of equal
/// precursor, by the cosine of vectors. Counted is every spectrum whose molecule has another one;
/// its rank is 1 + the other molecules whose best spectrum is at least as near as the nearest
/// replicate, and without a replicate of equal precursor it is missed.
/// @param labelled one molecule a structure, join_structures() @param context outlives the result
std::unique_ptr<Validation> make_replicate_validation(LabelledSpectra labelled, double ppm,
                                                      const RunContext& context);

}  // namespace specbridge
