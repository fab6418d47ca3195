#include <ATen/ATen.h>
#include <fmt/format.h>

#include <algorithm>
#include <stdexcept>

#include "encode/encoder_manifest.h"
#include "encode/inputs/network_input.h"
#include "encode/scripted_spectrum_encoder.h"
#include "specbridge/error.h"

namespace specbridge {
namespace {

std::size_t longest(std::span<const PeakRows> inputs) {
  std::size_t rows = 1;
  for (const PeakRows& input : inputs) rows = std::max(rows, input.count());
  return rows;
}

class PeakInput final : public NetworkInput {
 public:
  std::size_t length(const PeakRows& spectrum) const override { return spectrum.count(); }

  at::Tensor pack(std::span<const PeakRows> spectra, std::size_t length) const override {
    return pack_peaks(spectra, length);
  }

  std::vector<at::Tensor> prefix(const torch::jit::Module& network, const at::Tensor& input,
                                 std::int64_t n) const override {
    return network.get_method("prefix")({input, n}).toTensorVector();
  }

  at::Tensor suffix(const torch::jit::Module& network, const std::vector<at::Tensor>& state,
                    std::int64_t n) const override {
    return network.get_method("suffix")({state, n}).toTensor();
  }

  std::optional<TextTokens> text_tokens() const override { return {}; }

  at::Tensor token_states(const torch::jit::Module& /*network*/, const at::Tensor& /*input*/,
                          std::int64_t /*n*/) const override {
    throw std::logic_error("a network that reads peaks has no tokens");
  }

  std::vector<PeakRows> golden(const Manifest& manifest) const override {
    return golden_peaks(manifest);
  }
};

}  // namespace

std::unique_ptr<NetworkInput> make_network_input(const Manifest& manifest,
                                                 const SpectrumEncoderInfo& info) {
  if (info.text) return make_text_input(manifest, *info.text);
  return std::make_unique<PeakInput>();
}

std::vector<PeakRows> golden_peaks(const Manifest& manifest) {
  std::vector<PeakRows> inputs;
  const auto spectra =
      manifest_value<std::vector<std::vector<std::vector<float>>>>(manifest, {"golden", "peaks"});
  for (const auto& spectrum : spectra) {
    PeakRows& input = inputs.emplace_back();
    for (const auto& row : spectrum) input.rows.insert(input.rows.end(), row.begin(), row.end());
    if (spectrum.empty() || input.rows.size() != 2 * spectrum.size()) {
      throw ArtifactError(
          fmt::format("{}: \"golden.peaks\" must hold spectra of rows [m/z, intensity]; "
                      "export the encoder again",
                      (manifest.dir() / "manifest.json").string()));
    }
  }
  return inputs;
}

at::Tensor pack_peaks(std::span<const PeakRows> inputs, std::size_t rows) {
  if (longest(inputs) > rows) {
    throw std::invalid_argument(
        fmt::format("an input has {} rows, only {} are packed", longest(inputs), rows));
  }
  at::Tensor peaks = at::zeros(
      {static_cast<std::int64_t>(inputs.size()), static_cast<std::int64_t>(rows), 2}, at::kFloat);
  float* target = peaks.mutable_data_ptr<float>();
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    std::copy(inputs[i].rows.begin(), inputs[i].rows.end(), target + i * rows * 2);
  }
  return peaks;
}

}  // namespace specbridge
