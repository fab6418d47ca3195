#pragma once

#include <cstddef>
#include <optional>

namespace specbridge {

/// Figures of one validation.
struct ValidationFigures {
  double recall_at_1 = 0, recall_at_5 = 0, recall_at_20 = 0, mrr = 0;
  /// Of a decoder, in the place of the others: nats that a word of a validation molecule costs.
  std::optional<double> loss = {};
};

/// What came of a training.
struct TrainingResult {
  std::size_t steps = 0;      ///< taken, those skipped for a loss that was not finite included
  std::size_t best_step = 0;  ///< whose weights were kept
  double final_loss = 0;      ///< mean of the last (at most 50) steps
  std::optional<ValidationFigures> best;  ///< figures of the weights kept, if they were validated
  bool interrupted = false;               ///< ended before its last step, as asked
  bool stopped_early = false;             ///< for want of a better validation
  std::size_t trained_parameters = 0;
  std::size_t dim = 0;             ///< numbers of a vector
  std::size_t trained_blocks = 0;  ///< of the encoder; one more than it has: all of its weights
};

}  // namespace specbridge
