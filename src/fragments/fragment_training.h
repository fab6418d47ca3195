#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "fragments/fragment_model.h"
#include "specbridge/context.h"

namespace specbridge {

/// A spectrum and candidates of one formula, of which the first is the truth.
struct FragmentExample {
  std::vector<CandidateFeatures> candidates;
  std::size_t molecule = 0;  ///< examples of one molecule stand together or apart as a whole
  float weight = 1;
};

struct FragmentTrainingSettings {
  std::size_t passes = 4;
  float learning_rate = 0.1F;
  float shrinkage = 1e-3F;          ///< pulls weights that are touched towards 0
  std::size_t held_out_every = 10;  ///< of the molecules, to choose the pass that is kept; 0: none
  std::uint64_t seed = 1;
};

/// What a pass came to: mean reciprocal rank of the truth among its candidates, ties counted as
/// under random order, over held-out examples by their weights.
struct FragmentPass {
  double loss = 0, mrr = 0;
};

struct FragmentTraining {
  FragmentModel model;
  std::vector<FragmentPass> passes;  ///< the first before training
  std::size_t kept = 0;              ///< position in passes
};

/// Fits the weights so that the truth scores above the others: cross-entropy of the softmax over
/// candidates, AdaGrad, one example at a time in an order drawn by the seed. The same examples and
/// settings give the same bytes. docs/method/fragments.md
/// @throws Interrupted
FragmentTraining train_fragments(std::span<const FragmentExample> examples,
                                 const FragmentTrainingSettings& settings,
                                 const RunContext& context);

}  // namespace specbridge
