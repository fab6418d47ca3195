#pragma once

#include "search/search_parts.h"
#include "specbridge/calibration.h"
#include "specbridge/context.h"
#include "specbridge/searcher.h"

namespace specbridge {

/// Whether the evidence of a model was weighed with its decoder.
bool weighs_decoder(const Calibration& calibration);

/// Opens the decoder where it is asked, or the evidence of the model was weighed with it.
/// @throws UsageError where the model has none, ArtifactError, ResourceError
void open_decoder(const SearchSources& sources, ModelParts& opened, const RunContext& context);

}  // namespace specbridge
