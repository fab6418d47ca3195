#pragma once

#include <memory>

#include "search/evidence/evidence.h"

namespace specbridge {

constexpr const char* kAnalogueEvidence = "analogues";

/// How alike a candidate is to the molecules of library spectra of other precursors that are like
/// the query: with s of the spectra and T the Tanimoto similarity of the molecules (Morgan,
/// radius 2, 2,048 bits), max sT + sum (sT)^2 / 30. Missing for candidates that are not chosen.
/// Nothing unless library spectra are asked for analogues. docs/method/library_search.md
std::unique_ptr<Scorer> make_analogue_scorer(const EvidenceSources& sources);

}  // namespace specbridge
