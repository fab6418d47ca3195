#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/matrix.h"
#include "ms/preprocess.h"
#include "specbridge/bridge_shape.h"
#include "specbridge/context.h"
#include "specbridge/precision.h"
#include "specbridge/train_settings.h"
#include "specbridge/training_result.h"
#include "train/terms/decoy_table.h"

namespace specbridge {

/// One training or validation spectrum and the molecule (row of the target matrix) it shows.
struct Example {
  PeakRows input;
  std::size_t molecule = 0;
  int ion_mode = 0;  ///< 1 or -1; 0 where the record does not say

  double precursor_mz() const { return input.rows.front(); }
};

/// What training is given.
struct TrainingInput {
  std::filesystem::path spectrum_encoder;
  std::vector<Example> examples;
  /// Of the molecules, one a row: their vectors, of unit length, which have the dimensions that
  /// spectra are mapped to; or, where similarity is learned, the bits of their fingerprints (0 and
  /// 1), if a term needs them (no columns, if none does).
  Matrix targets;
  DecoyTable decoys = {};            ///< of the molecules, if a term needs them
  std::vector<PeakRows> validation;  ///< may be empty
  /// Scores validation embeddings [validation.size(), dim]; called at each validation.
  std::function<ValidationFigures(const Matrix&)> validate;
};

/// Trains and writes `trained.safetensors`, `metrics.jsonl` and, of a bridge, `mean_target.f32`
/// into `dir` (a staging directory). The kept weights are those of the best validation Recall@5
/// (ties: MRR, then the earlier), else of the last step. After an interrupt the current state is
/// kept and the result says so. Same seed and threads, same bytes on a CPU.
/// @throws UsageError for impossible settings, ArtifactError for the encoder, ResourceError when
/// the loss is not finite or the device fails
TrainingResult train_model(const TrainingInput& input, const TrainSettings& settings,
                           Precision precision, const std::filesystem::path& dir,
                           const RunContext& context);

}  // namespace specbridge
