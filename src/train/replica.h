#pragma once

#include <ATen/core/Tensor.h>

#include <cstddef>
#include <memory>
#include <optional>
#include <vector>

#include "bridge/model_files.h"
#include "bridge/projection.h"
#include "encode/trainable_encoder.h"
#include "specbridge/precision.h"
#include "train/batch_plan.h"
#include "train/frozen_states.h"
#include "train/trainer.h"

namespace specbridge {

/// What a network is used for in a training run.
enum class ReplicaUse { training, validation };

/// The network that trains, on one device: spectrum encoder, frozen states, head and mapper. It
/// knows nothing of plan, schedule and optimiser. The arguments must outlive the object.
class Replica {
 public:
  /// Opens the encoder and gives head and mapper their starting values.
  /// @throws UsageError for more trainable blocks than there are, ArtifactError, ResourceError
  Replica(const TrainingInput& input, const TrainSettings& settings, Precision precision,
          const RunContext& context);

  c10::Device device() const { return encoder_->device(); }
  /// Numbers of a vector.
  std::size_t dim() const;
  std::size_t trained_blocks() const noexcept { return trained_blocks_; }
  /// What trains: of head and mapper, and of the encoder's last blocks.
  const std::vector<Parameter>& own_parameters() const noexcept { return own_; }
  std::vector<Parameter> encoder_parameters() const;
  /// The matrix of the mapper that is held near to orthogonal.
  const at::Tensor& map_weight() const noexcept { return projection_.map.weight; }

  /// Computes the states of the frozen part of all examples ahead, if they fit.
  void keep_frozen_states(std::uint64_t budget_bytes);
  /// Vectors of a batch [batch, dim], with gradients, not normalised.
  at::Tensor vectors(const Batch& batch, std::size_t epoch) const;
  /// The same of copies of its spectra with other intensities [batch, copies, dim].
  at::Tensor vectors_of_copies(const Batch& batch, std::size_t epoch) const;
  /// Vectors of spectra as inference computes them [spectra, dim].
  Matrix embed(std::span<const PeakRows> spectra) const;
  void prepare_for(ReplicaUse use);

 private:
  void start_by_procrustes();
  at::Tensor features(const Batch& batch, std::size_t epoch) const;

  const TrainingInput& input_;
  const TrainSettings& settings_;
  Precision precision_;
  const RunContext& context_;
  std::unique_ptr<TrainableEncoder> encoder_;
  std::size_t trained_blocks_;
  std::vector<Parameter> own_;
  Projection projection_;
  std::optional<FrozenStates> frozen_;
};

}  // namespace specbridge
