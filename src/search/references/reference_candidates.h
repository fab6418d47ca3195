#pragma once

#include <cstddef>
#include <memory>
#include <optional>

#include "library/molecule_library.h"
#include "search/candidate_source.h"
#include "search/references/reference_spectra.h"

namespace specbridge {

/// The molecules whose library spectra are like a query; rows are those of the library of spectra.
/// @param references must outlive the source
std::unique_ptr<CandidateSource> reference_candidates(const ReferenceSpectra& references,
                                                      std::size_t threads);

/// How alike the library spectrum is that is most like a query, of molecules that can be its ion.
std::optional<float> best_similarity(const ReferenceSpectra& references,
                                     const ShownSpectrum& shown);

/// The candidates of another source over a library, and behind them those molecules with a spectrum
/// like the query that are not among them; rows are those of JoinedMolecules.
/// @param library, references must outlive the source
std::unique_ptr<CandidateSource> with_references(std::unique_ptr<const CandidateSource> source,
                                                 const MoleculeLibrary& library,
                                                 const ReferenceSpectra& references,
                                                 std::size_t threads);

}  // namespace specbridge
