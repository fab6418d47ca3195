#pragma once

#include <string>

#include "base/json.h"
#include "pipeline/explain/explained_answer.h"

namespace specbridge {

/// The header line of peaks.tsv, with its line end.
std::string peaks_header();
/// The rows of an answer, at least one: one a peak, or one that says why there is none.
std::string peak_rows(const ExplainedAnswer& answer);

/// Names of the files of an answer's drawings; empty: there is none.
struct AnswerDrawings {
  std::string explanation, mirror;
};

/// What explained.json says of an answer.
Json json_of(const ExplainedAnswer& answer, const AnswerDrawings& drawings);

}  // namespace specbridge
