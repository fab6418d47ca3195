#pragma once

#include <string>

#include "base/json.h"
#include "pipeline/explain/explained_answer.h"

namespace specbridge {

/// The header line of peaks.tsv, with its line end.
std::string peaks_header();
/// The rows of an answer, at least one: one a peak, or one that says why there is none.
std::string peak_rows(const ExplainedAnswer& answer);

/// What explained.json says of an answer.
/// @param drawing the name of its file; empty: there is none
Json json_of(const ExplainedAnswer& answer, const std::string& drawing);

}  // namespace specbridge
