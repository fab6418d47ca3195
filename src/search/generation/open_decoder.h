#pragma once

#include "search/search_parts.h"
#include "specbridge/calibration.h"
#include "specbridge/context.h"
#include "specbridge/searcher.h"

namespace specbridge {

/// Whether the evidence of a model was weighed with its decoder.
bool weighs_decoder(const Calibration& calibration);

/// Whether the ranking counts what a decoder says.
bool counts_decoder(const SearchParts& parts);

/// @throws UsageError where improbable answers are asked for and nobody knows how probable they are
void check_denovo_below(const SearchSources& sources, const SearchParts& parts);

/// Opens the decoder where it is asked, or the evidence of the model was weighed with it.
/// @throws UsageError where the model has none, ArtifactError, ResourceError
void open_decoder(const SearchSources& sources, ModelParts& opened, const RunContext& context);

}  // namespace specbridge
