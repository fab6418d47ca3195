#pragma once

#include <ATen/core/Tensor.h>
#include <ATen/core/ivalue.h>
#include <c10/core/Device.h>

#include <cstddef>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "decode/smiles_vocabulary.h"
#include "decode/text_network.h"
#include "specbridge/precision.h"

namespace specbridge {

/// A weight of a decoder.
struct DecoderParameter {
  std::string name;
  at::Tensor tensor;
};

/// The network of a decoder directory as tensors see it, and its words. What it may be asked for is
/// told by tools/export/specbridge_export/decoder.py. All but set_mode() and training of the
/// weights is thread-safe.
class DecoderNetwork final : public TextNetwork {
 public:
  /// Checks every SHA-256, the operations of the network and its golden values first.
  /// @throws ArtifactError, ResourceError
  static DecoderNetwork load(const std::filesystem::path& dir, const c10::Device& device);
  ~DecoderNetwork() override;
  DecoderNetwork(DecoderNetwork&&) noexcept;

  c10::Device device() const noexcept override;
  const SmilesVocabulary& vocabulary() const noexcept override;
  std::size_t molecule_dim() const noexcept;
  std::size_t positions() const noexcept;  ///< of tokens, with the start
  const std::string& fingerprint() const noexcept;

  /// What a text is written from, of spectra: vectors [n, molecule_dim], peaks [n, any, 2] and
  /// candidates [n, any, molecule_dim]. A vector of zeros: nothing is told.
  at::Tensor memory(const at::Tensor& vectors, const at::Tensor& peaks,
                    const at::Tensor& candidates) const;
  /// Scores of what follows each place of texts, the start first [n, places, vocabulary].
  at::Tensor logits(const at::Tensor& tokens, const at::Tensor& memory) const;
  std::vector<at::Tensor> begin(const at::Tensor& memory) const override;
  std::pair<at::Tensor, std::vector<at::Tensor>> step(const at::Tensor& tokens,
                                                      std::vector<at::Tensor> state) const override;

  /// What trains, in the manifest's order. None requires gradients after loading.
  std::vector<DecoderParameter> parameters() const;
  /// How linear layers compute, and which share of numbers is dropped. As loaded: float32, none.
  void set_mode(Precision precision, double dropout);
  /// Writes a decoder of the present weights as a directory, its golden values computed anew.
  /// @param from the directory that this one was loaded from: what else its manifest says is kept
  /// @param to exists @throws OutputError
  void write(const std::filesystem::path& from, const std::filesystem::path& to) const;

 private:
  struct Impl;
  explicit DecoderNetwork(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace specbridge
