#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "bridge/model_files.h"
#include "specbridge/precision.h"
#include "specbridge/train_settings.h"

namespace specbridge {

/// The rows of a batch that are this process's, where several train together.
struct Share {
  std::int64_t begin = 0, size = 0;
};

/// What the terms of the loss see of a batch.
struct BatchView {
  at::Tensor unit;       ///< embedded spectra, unit vectors [batch, dim]
  at::Tensor molecules;  ///< the row of each one's molecule in `targets` [batch]
  /// Of all training molecules: unit vectors [molecules, dim], or their fingerprints, numbers 0 and
  /// 1 [molecules, bits], where similarity is learned.
  at::Tensor targets;
  /// The table that products with all targets are computed with: the targets themselves or a
  /// bfloat16 copy, four times as fast on a CPU that knows the type.
  at::Tensor products;
  at::Tensor precursor_mz = {};   ///< Th [batch]
  at::Tensor ion_mode = {};       ///< 1, -1, or 0 where a record does not say [batch]
  at::Tensor decoys = {};         ///< rows in `decoy_vectors`, -1: none [batch, most]
  at::Tensor decoy_vectors = {};  ///< unit vectors [decoys of all molecules, dim]
  /// Copies of each spectrum with other intensities, embedded, not normalised [batch, copies, dim].
  at::Tensor copies = {};
  std::optional<Share> share = {};  ///< nothing: all rows
};

/// What the value of a term is made of.
enum class Sees : std::uint8_t {
  batch,     ///< all spectra of a batch together
  spectrum,  ///< each spectrum by itself: the mean over the batch
};

/// One term of the loss: a scalar of a batch on the device, and how much it counts.
struct Term {
  std::string logged_as;  ///< its key in metrics.jsonl
  double weight = 1;
  std::function<at::Tensor(const BatchView&)> value;
  /// The logarithm of a temperature that trains along [1]; undefined: it has none. The temperature
  /// is written as `logged_as` with "_temperature" behind.
  at::Tensor log_temperature = {};
  Sees sees = Sees::batch;
};

/// What a batch costs, scalars on the device.
struct BatchLoss {
  at::Tensor total;  ///< what is differentiated; undefined gradients where no row is one's own
  std::vector<at::Tensor> values;        ///< of each term, without its weight and without gradients
  std::vector<at::Tensor> temperatures;  ///< of each term that trains one, without gradients
};

/// Before the names of what an objective trains: no part of a model.
inline constexpr const char* kObjectivePrefix = "objective.";

/// The weighted sum of terms. What depends on weights only is not in it: add_orthogonality().
class Objective {
 public:
  /// The terms that the settings ask for, those whose weight is not 0, in the order of
  /// TrainSettings.
  /// @param device of what they train
  explicit Objective(const TrainSettings& settings,
                     const c10::Device& device = c10::Device(c10::kCPU));

  const std::vector<Term>& terms() const noexcept { return terms_; }
  /// What trains beside the network; names begin with kObjectivePrefix.
  std::vector<Parameter> parameters() const;
  /// Of a share of a batch the values are parts that add up to those of the whole one, but for
  /// terms that see the batch: these are whole, and their gradients reach the own rows alone.
  /// @param vectors embedded spectra [batch, dim], not normalised @param batch without `unit`
  BatchLoss of(const at::Tensor& vectors, BatchView batch) const;

 private:
  std::vector<Term> terms_;
};

/// ||W W^T - I||^2_F, or of W^T W when W has more rows than columns: of the smaller product. Adds
/// `weight` times its gradient, 4 (W W^T - I) W, to W's gradient: two products instead of
/// autograd's three. With bfloat16 the second one runs in that type.
/// @return the squared norm, a scalar on the device
at::Tensor add_orthogonality(const at::Tensor& map_weight, double weight, Precision precision);

}  // namespace specbridge
