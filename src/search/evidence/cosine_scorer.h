#pragma once

#include <memory>

#include "search/evidence/evidence.h"

namespace specbridge {

/// Cosine of the query's vector and the candidate's: the evidence of the spectral encoder. A
/// candidate that the molecule encoder cannot place has kNoVectorScore.
std::unique_ptr<Scorer> make_cosine_scorer(const EvidenceSources&);

}  // namespace specbridge
