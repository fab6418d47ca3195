#pragma once

#include <ATen/core/Tensor.h>

#include <cstddef>
#include <cstdint>
#include <map>
#include <span>
#include <vector>

#include "encode/trainable_encoder.h"
#include "specbridge/context.h"
#include "specbridge/train_settings.h"
#include "train/batch_plan.h"

namespace specbridge {

/// What the spectra of a batch look like after the frozen blocks of the encoder.
///
/// Frozen blocks give the same state in every epoch, so it is computed once for every example and
/// kept on the device, unless spectra are augmented (then each epoch has its own), nothing is
/// frozen, or the states need more than `budget_bytes`. States are kept by bucket of padded length.
class FrozenStates {
 public:
  /// The arguments must outlive the object.
  FrozenStates(const TrainableEncoder& encoder, std::size_t trained_blocks,
               std::span<const Example> examples, const TrainSettings& settings,
               const RunContext& context, std::uint64_t budget_bytes);

  bool cached() const { return !places_.empty(); }
  /// The encoder's state tensors [batch, ...] in the order of the batch.
  std::vector<at::Tensor> state(std::span<const Draw> batch, std::size_t epoch) const;
  /// Of infonce_dual_copies copies of each spectrum with other intensities, those of one spectrum
  /// behind each other; never kept.
  std::vector<at::Tensor> state_of_copies(std::span<const Draw> batch, std::size_t epoch) const;

 private:
  using State = std::vector<at::Tensor>;
  struct Place {
    std::size_t bucket = 0;
    std::int64_t row = 0;
  };

  std::uint64_t bytes_of_all() const;
  void fill(const RunContext& context);
  PeakRows input_of(const Draw& draw, std::size_t epoch) const;
  State state_of_inputs(std::span<const PeakRows> inputs, std::size_t rows) const;
  State state_of_inputs(std::span<const PeakRows> inputs) const;
  State gathered(std::span<const Draw> batch) const;

  const TrainableEncoder& encoder_;
  std::int64_t trained_blocks_;
  std::span<const Example> examples_;
  const TrainSettings& settings_;
  std::uint64_t seed_;
  std::map<std::size_t, std::vector<std::size_t>> examples_of_bucket_;
  std::map<std::size_t, State> states_;
  std::vector<Place> places_;  ///< of every example; empty: not cached
};

}  // namespace specbridge
