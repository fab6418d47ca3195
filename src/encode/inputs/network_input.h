#pragma once

#include <ATen/core/Tensor.h>
#include <torch/script.h>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "encode/spectrum_encoder.h"
#include "encode/trainable_encoder.h"
#include "store/manifest.h"

namespace specbridge {

/// What the network of a spectrum encoder is fed and what comes out of it: all in which networks
/// that read peaks and networks that read a text differ. Immutable, thread-safe.
class NetworkInput {
 public:
  virtual ~NetworkInput() = default;
  /// Rows or tokens of a spectrum, padding left out: a function of it alone.
  virtual std::size_t length(const PeakRows& spectrum) const = 0;
  /// The input of some spectra, batch first, padded to `length`, on the CPU.
  virtual at::Tensor pack(std::span<const PeakRows> spectra, std::size_t length) const = 0;
  /// The network's state before its last `n` blocks; n = 0: the vectors [batch, dim] alone.
  virtual std::vector<at::Tensor> prefix(const torch::jit::Module& network, const at::Tensor& input,
                                         std::int64_t n) const = 0;
  /// The vectors [batch, dim] from such a state.
  virtual at::Tensor suffix(const torch::jit::Module& network, const std::vector<at::Tensor>& state,
                            std::int64_t n) const = 0;
  /// See TrainableEncoder.
  virtual std::optional<TextTokens> text_tokens() const = 0;
  /// @param n number of blocks + 1
  virtual at::Tensor token_states(const torch::jit::Module& network, const at::Tensor& input,
                                  std::int64_t n) const = 0;
  /// The spectra that the manifest holds vectors of. @throws ArtifactError also where they do not
  /// become the input that it states
  virtual std::vector<PeakRows> golden(const Manifest& manifest) const = 0;
};

/// Of the kind that the manifest states. Defined in encode/inputs/peak_input.cpp and
/// encode/inputs/text_input.cpp. @throws ArtifactError
std::unique_ptr<NetworkInput> make_network_input(const Manifest& manifest,
                                                 const SpectrumEncoderInfo& info);
/// A network of tokens: ids and mask [batch, tokens] to states [batch, tokens, dim], of which the
/// vector is the mean over the text's own tokens. Reads tokenizer.json beside the manifest.
/// @throws ArtifactError
std::unique_ptr<NetworkInput> make_text_input(const Manifest& manifest, const TextRendering& rules);

/// The spectra of "golden.peaks": rows [m/z, intensity]. @throws ArtifactError
std::vector<PeakRows> golden_peaks(const Manifest& manifest);

}  // namespace specbridge
