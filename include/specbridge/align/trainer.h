#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "specbridge/align/settings.h"
#include "specbridge/base/context.h"
#include "specbridge/base/matrix.h"
#include "specbridge/ms/preprocess.h"

namespace specbridge {

/// One training or validation spectrum and the molecule (row of the target matrix) it shows.
struct Example {
  EncoderInput input;
  std::size_t molecule = 0;
};

/// Figures of one validation, computed by the caller from embeddings.
struct ValidationFigures {
  double recall_at_1 = 0, recall_at_5 = 0, recall_at_20 = 0, mrr = 0;
};

/// What training is given. Targets are unit rows [molecules, dim], encoded once.
struct TrainingInput {
  std::filesystem::path spectrum_encoder;
  std::vector<Example> examples;
  Matrix targets;
  std::vector<EncoderInput> validation;  ///< may be empty
  /// Scores validation embeddings [validation.size(), dim]; called at each validation.
  std::function<ValidationFigures(const Matrix&)> validate;
};

/// What came of it.
struct TrainingResult {
  std::size_t steps = 0;      ///< taken, those skipped for a loss that was not finite included
  std::size_t best_step = 0;  ///< whose weights were kept
  double final_loss = 0;      ///< mean of the last (at most 50) steps
  std::optional<ValidationFigures> best;  ///< figures of the weights kept, if they were validated
  bool interrupted = false;
  std::size_t trained_parameters = 0;
  std::size_t trained_blocks = 0;  ///< of the encoder; one more than it has: all of its weights
};

/// Trains and writes `trained.safetensors`, `metrics.jsonl` and `mean_target.f32` into `dir` (a
/// staging directory). The kept weights are those of the best validation Recall@5 (ties: MRR, then
/// the earlier), else of the last step. After an interrupt the current state is kept and the result
/// says so. Same seed and threads, same bytes on a CPU.
/// @throws UsageError for impossible settings, ArtifactError for the encoder, ResourceError when
/// the loss is not finite or the device fails
TrainingResult train_bridge(const TrainingInput& input, const TrainSettings& settings,
                            Precision precision, const std::filesystem::path& dir,
                            const RunContext& context);

}  // namespace specbridge
