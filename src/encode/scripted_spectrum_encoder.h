#pragma once

#include <ATen/core/Tensor.h>
#include <c10/core/Device.h>

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "encode/spectrum_encoder.h"
#include "ms/preprocess.h"

namespace specbridge {

/// A weight of the network. `in_block`: it belongs to one of the numbered blocks.
struct TrainableParameter {
  std::string name;
  at::Tensor tensor;
  bool in_block;
};

/// A spectrum encoder directory, loaded: the frozen part, the part that may train, and its weights.
/// The inference calls are thread-safe; assign() and the setters are not for concurrent use.
class ScriptedSpectrumEncoder {
 public:
  /// Checks every SHA-256, the op allow-list and the golden values first.
  /// @throws ArtifactError, ResourceError
  static ScriptedSpectrumEncoder load(const std::filesystem::path& dir, const c10::Device& device);
  ~ScriptedSpectrumEncoder();
  ScriptedSpectrumEncoder(ScriptedSpectrumEncoder&&) noexcept;
  ScriptedSpectrumEncoder& operator=(ScriptedSpectrumEncoder&&) noexcept;

  const SpectrumEncoderInfo& info() const;
  c10::Device device() const;

  /// State after the frozen part when the last `n` blocks may train (n = blocks + 1: everything).
  /// @param peaks [batch, rows, 2], padded with zero rows
  /// @return tensors, batch first; no gradients
  std::vector<at::Tensor> prefix(const at::Tensor& peaks, std::int64_t n) const;
  /// The rest of the network, [batch, dim]; gradients as the caller has them.
  at::Tensor suffix(const std::vector<at::Tensor>& state, std::int64_t n) const;
  /// The whole network, [batch, dim]; no gradients.
  at::Tensor forward(const at::Tensor& peaks) const;

  /// The parameters of the last `n` blocks in the manifest's order; n = blocks + 1: all of them.
  /// None requires gradients after loading: who trains them says so.
  /// @throws UsageError when the encoder has fewer blocks
  std::vector<TrainableParameter> parameters_of_last(std::int64_t n) const;
  /// Copies values into a parameter. @throws ArtifactError on an unknown name or another shape
  void assign(const std::string& name, const at::Tensor& values);

  void set_bf16(bool on);      ///< linear layers in bfloat16
  void set_dropout(double p);  ///< rate in training mode
  void set_training(bool on);  ///< off after loading

 private:
  struct Impl;
  explicit ScriptedSpectrumEncoder(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

/// [inputs, rows, 2] on the CPU, padded with zero rows. `rows` is at least the longest input.
at::Tensor pack_inputs(std::span<const EncoderInput> inputs, std::size_t rows);

/// Padded length of an input of `count` rows: the next multiple of 8, so it depends on the item
/// alone.
std::size_t bucket_rows(std::size_t count);

}  // namespace specbridge
