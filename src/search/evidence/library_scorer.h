#pragma once

#include <memory>

#include "search/evidence/evidence.h"

namespace specbridge {

constexpr const char* kLibraryEvidence = "library";

/// How alike a query and the library spectrum of a candidate's structure are that is most like it.
/// Missing for structures of which the library has no spectrum of this precursor and ion mode, or
/// none that is similar enough. Looks at all candidates, chosen or not. Nothing without a library
/// of spectra.
std::unique_ptr<Scorer> make_library_scorer(const EvidenceSources& sources);

}  // namespace specbridge
