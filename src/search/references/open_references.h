#pragma once

#include <memory>

#include "bridge/bridge.h"
#include "search/references/reference_spectra.h"
#include "specbridge/searcher.h"

namespace specbridge {

/// Whether the candidates are the molecules of library spectra, and no others.
bool searches_spectra_alone(const SearchSources& sources);

/// Opens what library spectra are asked for, and sees whether the model may compare them.
/// @param model nullptr: none @throws UsageError, ArtifactError
std::shared_ptr<const ReferenceSpectra> open_references(const SearchSources& sources,
                                                        const Bridge* model);
/// The same over a library that is open. @throws UsageError, ArtifactError
std::shared_ptr<const ReferenceSpectra> references_over(
    const std::shared_ptr<const SpectralLibrary>& library, const SearchSources& sources,
    const Bridge* model);
/// Opens the decoys of library spectra; nullptr: none are asked for. @throws UsageError,
/// ArtifactError when they are those of another library, or none
std::shared_ptr<const ReferenceSpectra> open_decoys(const SearchSources& sources,
                                                    const ReferenceSpectra& references);

}  // namespace specbridge
