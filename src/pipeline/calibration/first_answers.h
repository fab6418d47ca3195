#pragma once

#include <map>
#include <string>
#include <vector>

#include "library/molecule_store.h"
#include "pipeline/calibration/evidence_weights.h"
#include "pipeline/calibration/held_queries.h"
#include "search/certainty/isomer_standing.h"
#include "specbridge/calibration.h"
#include "specbridge/context.h"

namespace specbridge {

/// The probability that a first answer is right, and that the right one is there at all.
struct FirstAnswerFit {
  std::vector<double> weights;  ///< of first_answer_features(), and a constant behind them
  std::vector<double> present;  ///< the same; empty where no truth is taken to be absent
  std::size_t fewest_candidates = 1, most_candidates = 1;  ///< all but 1 % at either end
  ProbabilityFigures figures;  ///< each half under what was fitted to the other
};

/// What it is fitted with.
struct FirstAnswerSettings {
  double absent = 0.5;  ///< share of queries whose truth is absent
  const MoleculeStore& molecules;
  const MadeIsomers* isomers = nullptr;  ///< that answers are compared with; nullptr: none
};

/// Fits it: every query with its truth, which counts 1 - `absent`, and without it among the
/// candidates, which counts `absent`.
FirstAnswerFit fit_first_answers(const HeldQueries& held, const std::vector<std::size_t>& half,
                                 const EvidenceWeights& weights,
                                 const FirstAnswerSettings& settings, const RunContext& context);

}  // namespace specbridge
