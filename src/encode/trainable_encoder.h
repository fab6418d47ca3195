#pragma once

#include <ATen/core/Tensor.h>
#include <c10/core/Device.h>

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "encode/spectrum_encoder.h"
#include "specbridge/precision.h"

namespace specbridge {

/// A weight of the network. `in_block`: it belongs to one of the numbered blocks.
struct TrainableParameter {
  std::string name;
  at::Tensor tensor;
  bool in_block;
};

/// How a network computes. The default is how it encodes unless asked otherwise.
struct EncoderMode {
  Precision precision = Precision::float32;  ///< of its linear layers
  double dropout = 0;                        ///< in its blocks
};

/// The tokens of an encoder that reads text.
struct TextTokens {
  std::int64_t blank = 0;     ///< the id of "_", which stands where a token is hidden
  std::int64_t id_bound = 0;  ///< all ids are below it
};

/// What becomes of a place of a packed text, the second number of each.
enum class TokenRole : std::int64_t {
  padding = 0,
  seen = 1,      ///< attended to, but not in the mean
  averaged = 2,  ///< a token of the text itself
};

/// With what digits weights are written.
enum class WeightDigits : std::uint8_t { all, bfloat16 };

/// A spectrum encoder in two parts, of which the second may train: the state after the first part
/// can be kept. The calls of inference are thread-safe; assign() and set_mode() are not for
/// concurrent use.
class TrainableEncoder : public SpectrumEncoder {
 public:
  virtual const SpectrumEncoderInfo& info() const = 0;
  virtual c10::Device device() const = 0;

  /// Length of a spectrum's input (rows or tokens), padding left out: a function of it alone.
  virtual std::size_t length(const PeakRows& spectrum) const = 0;
  /// The network's input of some spectra, batch first, padded to `length`, on the CPU.
  virtual at::Tensor pack(std::span<const PeakRows> spectra, std::size_t length) const = 0;

  /// State after the frozen part when the last `n` blocks may train (n = blocks + 1: everything).
  /// @param input what pack() gave, on the device
  /// @return tensors, batch first; no gradients
  virtual std::vector<at::Tensor> prefix(const at::Tensor& input, std::int64_t n) const = 0;
  /// The rest of the network, [batch, dim]; gradients as the caller has them.
  virtual at::Tensor suffix(const std::vector<at::Tensor>& state, std::int64_t n) const = 0;

  /// Nothing: the network reads peaks, not text.
  /// @throws ArtifactError when its tokenizer has no single token for "_"
  virtual std::optional<TextTokens> text_tokens() const = 0;
  /// Of a network that reads text, the state of each token [batch, tokens, dim]; gradients as the
  /// caller has them. @param input what pack() gave, on the device
  /// @throws std::logic_error of a network that reads peaks
  virtual at::Tensor token_states(const at::Tensor& input) const = 0;

  /// The parameters of the last `n` blocks in the manifest's order; n = blocks + 1: all of them.
  /// None requires gradients after loading: who trains them says so.
  /// @throws UsageError when the encoder has fewer blocks
  virtual std::vector<TrainableParameter> parameters_of_last(std::int64_t n) const = 0;
  /// Copies values into a parameter. @throws ArtifactError on an unknown name or another shape
  virtual void assign(const std::string& name, const at::Tensor& values) = 0;

  virtual void set_mode(const EncoderMode& mode) = 0;

  /// Writes an encoder of the present weights as a directory. Where those that can train are
  /// rounded, the weights of this one are, too, so that both give the same vectors.
  /// @param from the directory that this one was loaded from: what else its manifest says is kept
  /// @param to exists; files that it has become part of the encoder
  /// @throws ArtifactError, OutputError
  virtual void write(const std::filesystem::path& from, const std::filesystem::path& to,
                     WeightDigits digits) = 0;
};

/// Opens a spectrum-encoder directory: checks every SHA-256, the op allow-list and the golden
/// values first.
/// @throws ArtifactError, ResourceError
std::unique_ptr<TrainableEncoder> load_trainable_encoder(const std::filesystem::path& dir,
                                                         const c10::Device& device);

/// Padded length of an input: the next multiple of 8, so it depends on the item alone.
std::size_t padded_length(std::size_t length);

}  // namespace specbridge
