#pragma once

#include <ATen/core/Tensor.h>

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <optional>

#include "specbridge/training_result.h"
#include "train/parameters.h"
#include "train/training_log.h"

namespace specbridge {

/// The validation that is to be kept, so far.
struct BestValidation {
  ValidationFigures figures;
  std::size_t step = 0;
  at::Tensor weights;  ///< float32 [size of the flat buffer] on the CPU
};

/// All that the rest of a training depends on, beside its inputs and settings, once some steps are
/// done. What is drawn at random is a function of the seed, the epoch and the step.
struct Checkpoint {
  std::uint64_t seed = 0;
  std::size_t steps = 0, total_steps = 0;  ///< done, and of the whole run
  std::size_t lost_in_a_row = 0;           ///< the last steps, as far as their loss was not finite
  std::size_t validated_step = 0;          ///< of the last validation; 0: there was none
  std::size_t without_gain = 0;            ///< validations since the best
  OptimizerState optimizer;
  std::optional<BestValidation> best;
  LoggedSteps log;
};

/// Writes a block file that appears under its name when it is whole and on disk. @throws
/// OutputError
void write_checkpoint(const std::filesystem::path& file, const Checkpoint& checkpoint);

/// Reads it back, every checksum checked.
/// @throws ArtifactError when it is missing, damaged or of a newer program
Checkpoint read_checkpoint(const std::filesystem::path& file);

}  // namespace specbridge
