#pragma once

#include <cstddef>
#include <memory>

#include "library/molecule_library.h"
#include "search/candidate_source.h"
#include "specbridge/searcher.h"

namespace specbridge {

/// Candidates from a library by mass window, formula or FAISS.
/// @param library must outlive the source
std::unique_ptr<CandidateSource> library_candidates(const MoleculeLibrary& library,
                                                    const CandidateChoice& choice,
                                                    std::size_t threads);

}  // namespace specbridge
