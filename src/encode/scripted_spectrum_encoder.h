#pragma once

#include <memory>

#include "encode/trainable_encoder.h"
#include "specbridge/status.h"

namespace specbridge {

/// A spectrum encoder whose network is a TorchScript archive that reads peaks or their text.
class ScriptedSpectrumEncoder final : public TrainableEncoder {
 public:
  /// Checks every SHA-256, the op allow-list and the golden values first.
  /// @throws ArtifactError, ResourceError
  static ScriptedSpectrumEncoder load(const std::filesystem::path& dir, const c10::Device& device);
  ~ScriptedSpectrumEncoder() override;
  ScriptedSpectrumEncoder(ScriptedSpectrumEncoder&&) noexcept;
  ScriptedSpectrumEncoder& operator=(ScriptedSpectrumEncoder&&) noexcept;

  std::size_t dim() const noexcept override;
  const std::string& fingerprint() const noexcept override;
  std::optional<Refusal> refusal(const Spectrum& spectrum) const override;
  PeakRows clean(const Spectrum& spectrum) const override;
  Matrix encode(std::span<const PeakRows> spectra, std::size_t threads,
                std::size_t in_flight) const override;

  const SpectrumEncoderInfo& info() const override;
  c10::Device device() const override;
  std::size_t length(const PeakRows& spectrum) const override;
  /// [spectra, length, 2]: of peaks padded with zero rows behind, of tokens (id and TokenRole) in
  /// front.
  at::Tensor pack(std::span<const PeakRows> spectra, std::size_t length) const override;
  std::vector<at::Tensor> prefix(const at::Tensor& input, std::int64_t n) const override;
  at::Tensor suffix(const std::vector<at::Tensor>& state, std::int64_t n) const override;
  std::optional<TextTokens> text_tokens() const override;
  at::Tensor token_states(const at::Tensor& input) const override;
  std::vector<TrainableParameter> parameters_of_last(std::int64_t n) const override;
  void assign(const std::string& name, const at::Tensor& values) override;
  void set_mode(const EncoderMode& mode) override;
  void write(const std::filesystem::path& from, const std::filesystem::path& to,
             WeightDigits digits) override;

  /// The whole network, [batch, dim]; no gradients.
  at::Tensor forward(const at::Tensor& input) const;

 private:
  struct Impl;
  explicit ScriptedSpectrumEncoder(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

/// [spectra, rows, 2] on the CPU, padded with zero rows. `rows` is at least the longest spectrum.
/// Defined in encode/inputs/peak_input.cpp.
at::Tensor pack_peaks(std::span<const PeakRows> spectra, std::size_t rows);

}  // namespace specbridge
