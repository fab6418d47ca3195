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
#include "specbridge/error.h"
#include "specbridge/precision.h"
#include "specbridge/train_settings.h"
#include "specbridge/training_result.h"
#include "train/learners/masked_token_training.h"
#include "train/learners/text_training.h"
#include "train/terms/decoy_table.h"

namespace specbridge {

class Communicator;

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
  /// Who trains the same together, each with the same examples, targets and decoys; nullptr: this
  /// process alone. Rank 0 validates, keeps states and writes; the others need no validation.
  Communicator* ranks = nullptr;
};

/// Where the states of one training lie, from which a later run can go on.
class CheckpointPlace {
 public:
  virtual ~CheckpointPlace() = default;
  /// The files that there are, the newest first.
  virtual std::vector<std::filesystem::path> newest_first() const = 0;
  /// Where the state after so many steps is to be written.
  virtual std::filesystem::path file_after(std::size_t steps) const = 0;
  /// That file is there, whole.
  virtual void written(std::size_t steps) = 0;
};

/// Whether a training takes the steps that are left, or ends with those that are done.
enum class StepsLeft : std::uint8_t { take, leave };

/// How a training keeps its state. None of it changes what is trained.
struct Keeping {
  CheckpointPlace* place = nullptr;  ///< nullptr: nothing is kept, nothing is gone on with
  std::size_t every_steps = 0;       ///< 0: not by steps
  double every_minutes = 0;          ///< 0: not by time
  StepsLeft steps_left = StepsLeft::take;
};

/// The loss was not finite again and again: to go on would come to the same.
class TrainingLost : public ResourceError {
 public:
  using ResourceError::ResourceError;
};

/// Trains and writes `trained.safetensors`, `metrics.jsonl` and, of a bridge, `mean_target.f32`
/// into `dir` (a folder that is published later). The kept weights are those of the best
/// validation by `keep_best_by` (ties: MRR, then the earlier), else of the last step. Goes on from
/// the newest state that is whole, and says so. Where steps are left, the current state is kept and
/// the result says so. Same seed and threads, same bytes on a CPU, however often it was
/// interrupted. Of several processes each takes its share of every batch: with K of them the model
/// is the same for a K, and but for rounding (and the draws of dropout) that of one.
/// @throws UsageError for impossible settings, ArtifactError for the encoder, ResourceError when
/// the device fails, RankLost, TrainingLost, and, once its state is kept, Interrupted
TrainingResult train_model(const TrainingInput& input, const TrainSettings& settings,
                           Precision precision, const std::filesystem::path& dir,
                           const RunContext& context, const Keeping& keeping = {});

/// Trains a decoder in the same way and writes its directory into `dir`, with `metrics.jsonl`. The
/// kept weights are those of the validation of the lowest loss, else of the last step.
/// @throws as train_model
TrainingResult train_decoder(const TextTraining& input, const TrainSettings& settings,
                             Precision precision, const std::filesystem::path& dir,
                             const RunContext& context, const Keeping& keeping = {});

/// Trains all of an encoder that reads spectra as text to tell hidden tokens, in one process, and
/// writes its directory into `dir`, with `metrics.jsonl`. The kept weights are those of the
/// validation of the lowest loss, else of the last step.
/// @throws as train_model, std::invalid_argument for an encoder that reads peaks
TrainingResult train_masked_tokens(const MaskedTokenTraining& input, const TrainSettings& settings,
                                   Precision precision, const std::filesystem::path& dir,
                                   const RunContext& context, const Keeping& keeping = {});

}  // namespace specbridge
