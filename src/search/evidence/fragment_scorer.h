#pragma once

#include <memory>

#include "search/evidence/evidence.h"

namespace specbridge {

/// How well the fragments of a candidate explain the peaks of a query, by the model's learned
/// fragment score. Missing where the ion of the query is not certain or cannot be taken apart
/// (several molecules or charges), where the candidate has too many atoms or fragments, and for
/// candidates that are not chosen. Nothing where the model has no such score.
std::unique_ptr<Scorer> make_fragment_scorer(const EvidenceSources& sources);

}  // namespace specbridge
