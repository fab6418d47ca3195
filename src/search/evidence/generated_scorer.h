#pragma once

#include <memory>

#include "search/evidence/evidence.h"

namespace specbridge {

constexpr const char* kGeneratedEvidence = "generated";
constexpr const char* kLikelihoodEvidence = "likelihood";

/// How alike a candidate is to the molecules that the model's decoder writes for a query: the mean
/// of its similarities to them, weighted by their likelihood. Missing where it writes no molecule.
/// Nothing unless the decoder is asked. docs/method/generation.md
std::unique_ptr<Scorer> make_generated_scorer(const EvidenceSources& sources);

/// How likely the decoder finds the canonical SMILES of a candidate, in nats a word. Missing for
/// candidates that it cannot write, and for those that are not chosen.
std::unique_ptr<Scorer> make_likelihood_scorer(const EvidenceSources& sources);

}  // namespace specbridge
