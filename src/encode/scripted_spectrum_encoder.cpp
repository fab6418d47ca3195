#include "encode/scripted_spectrum_encoder.h"

#include <fmt/format.h>
#include <torch/script.h>

#include <algorithm>
#include <set>
#include <unordered_map>

#include "base/text.h"
#include "encode/encoder_manifest.h"
#include "encode/golden_check.h"
#include "encode/inputs/network_input.h"
#include "encode/micro_batches.h"
#include "nn/script_module.h"
#include "nn/tensors.h"
#include "nn/torch_runtime.h"
#include "nn/watchdog.h"
#include "specbridge/error.h"
#include "specbridge/precision.h"
#include "specbridge/status.h"
#include "store/file.h"

namespace specbridge {
namespace fs = std::filesystem;
namespace {

using Names = std::vector<std::string>;

}  // namespace

struct ScriptedSpectrumEncoder::Impl {
  torch::jit::Module module;
  c10::Device device{c10::kCPU};
  SpectrumEncoderInfo info;
  std::string where;           // how messages name the network
  std::size_t file_bytes = 0;  // of the network
  std::unique_ptr<const NetworkInput> input;
  std::vector<Names> blocks;
  Names rest;
  std::unordered_map<std::string, at::Tensor> parameters;

  void check_contract() const;
  void collect_parameters();
  void check_golden_values(const Manifest& manifest, const ScriptedSpectrumEncoder& encoder) const;
  const at::Tensor& parameter(const std::string& name) const;
  /// Spectra in one batch, padded as the longest of them demands.
  at::Tensor packed(std::span<const PeakRows> spectra) const {
    std::size_t length = 1;
    for (const PeakRows& spectrum : spectra) length = std::max(length, input->length(spectrum));
    return input->pack(spectra, padded_length(length)).to(device);
  }
  void check_features(const at::Tensor& features, std::int64_t spectra) const;
};

void ScriptedSpectrumEncoder::Impl::check_contract() const {
  for (const char* method : {"forward", "prefix", "suffix"}) {
    if (!module.find_method(method)) {
      throw ArtifactError(
          fmt::format("{}: has no method {}; export the encoder again", where, method));
    }
  }
  for (const char* attribute : {"bf16_linears", "dropout"}) {
    if (!module.hasattr(attribute)) {
      throw ArtifactError(
          fmt::format("{}: has no attribute {}; export the encoder again", where, attribute));
    }
  }
}

void ScriptedSpectrumEncoder::Impl::collect_parameters() {
  for (const auto& named : module.named_parameters()) {
    named.value.set_requires_grad(false);
    parameters.emplace(named.name, named.value);
  }
  for (const Names& block : blocks) {
    for (const std::string& name : block) parameter(name);
  }
  for (const std::string& name : rest) parameter(name);
}

const at::Tensor& ScriptedSpectrumEncoder::Impl::parameter(const std::string& name) const {
  const auto it = parameters.find(name);
  if (it != parameters.end()) return it->second;
  throw ArtifactError(
      fmt::format("{}: has no parameter \"{}\", which its manifest or a model names; "
                  "use the encoder the model was trained with",
                  where, name));
}

void ScriptedSpectrumEncoder::Impl::check_features(const at::Tensor& features,
                                                   std::int64_t spectra) const {
  const auto expected = {spectra, static_cast<std::int64_t>(info.dim)};
  if (features.sizes() == c10::IntArrayRef(expected)) return;
  throw ArtifactError(fmt::format("{}: gives {}; expected [{}, {}]; export the encoder again",
                                  where, c10::str(features.sizes()), spectra, info.dim));
}

void ScriptedSpectrumEncoder::Impl::check_golden_values(
    const Manifest& manifest, const ScriptedSpectrumEncoder& encoder) const {
  const std::vector<PeakRows> inputs = input->golden(manifest);
  const Matrix expected = golden_vectors(manifest, inputs.size(), info.dim);
  const GoldenDevice kind = device.is_cpu() ? GoldenDevice::cpu : GoldenDevice::other;
  const at::Tensor all = packed(inputs);
  const Watchdog watchdog(where, network_limits(file_bytes, device.is_cpu()));
  check_golden(to_matrix(encoder.forward(all)), expected, kind, where);
  // Training and search cut the network at different places; the first spectrum shows that they
  // agree.
  const c10::NoGradGuard no_gradients;
  const std::span first(inputs.data(), 1);
  const at::Tensor alone = input->pack(first, input->length(inputs.front())).to(device);
  Matrix expected_first(1, info.dim);
  std::copy_n(expected.row(0).begin(), info.dim, expected_first.row(0).begin());
  const auto depth = static_cast<std::int64_t>(info.blocks);
  for (const std::int64_t n : {std::min<std::int64_t>(1, depth), depth + 1}) {
    const at::Tensor features = encoder.suffix(encoder.prefix(alone, n), n);
    check_features(features, 1);
    check_golden(to_matrix(features), expected_first, kind, where);
  }
}

ScriptedSpectrumEncoder::ScriptedSpectrumEncoder(std::unique_ptr<Impl> impl)
    : impl_(std::move(impl)) {}
ScriptedSpectrumEncoder::~ScriptedSpectrumEncoder() = default;
ScriptedSpectrumEncoder::ScriptedSpectrumEncoder(ScriptedSpectrumEncoder&&) noexcept = default;
ScriptedSpectrumEncoder& ScriptedSpectrumEncoder::operator=(ScriptedSpectrumEncoder&&) noexcept =
    default;

ScriptedSpectrumEncoder ScriptedSpectrumEncoder::load(const fs::path& dir,
                                                      const c10::Device& device) {
  const Manifest manifest = Manifest::open(dir, "spectrum-encoder");
  auto impl = std::make_unique<Impl>();
  impl->info = spectrum_encoder_info(manifest);
  impl->blocks = manifest_value<std::vector<Names>>(manifest, {"blocks"});
  impl->rest = manifest_value<Names>(manifest, {"rest"});
  impl->device = device;
  const fs::path file = dir / kNetworkFile;
  impl->where = file.string();
  impl->file_bytes = fs::file_size(file);
  manifest.verify_checksums({kNetworkFile});
  impl->module = load_script_module(file, manifest.listed_sha256(kNetworkFile), device);
  impl->input = make_network_input(manifest, impl->info);
  impl->check_contract();
  impl->collect_parameters();
  ScriptedSpectrumEncoder encoder(std::move(impl));
  encoder.impl_->check_golden_values(manifest, encoder);
  return encoder;
}

const SpectrumEncoderInfo& ScriptedSpectrumEncoder::info() const {
  return impl_->info;
}

c10::Device ScriptedSpectrumEncoder::device() const {
  return impl_->device;
}

std::size_t ScriptedSpectrumEncoder::dim() const noexcept {
  return impl_->info.dim;
}

const std::string& ScriptedSpectrumEncoder::fingerprint() const noexcept {
  return impl_->info.fingerprint;
}

std::optional<Refusal> ScriptedSpectrumEncoder::refusal(const Spectrum& spectrum) const {
  return impl_->info.refusal(spectrum);
}

PeakRows ScriptedSpectrumEncoder::clean(const Spectrum& spectrum) const {
  return impl_->info.clean(spectrum);
}

Matrix ScriptedSpectrumEncoder::encode(std::span<const PeakRows> spectra, std::size_t threads,
                                       std::size_t in_flight) const {
  Matrix features(spectra.size(), dim());
  std::vector<std::size_t> lengths;
  for (const auto& spectrum : spectra) lengths.push_back(padded_length(length(spectrum)));
  const auto encode_batch = [&](const MicroBatch& batch) {
    std::vector<PeakRows> items;
    for (const std::size_t index : batch.indices) items.push_back(spectra[index]);
    const at::Tensor rows = forward(pack(items, batch.length).to(device()));
    const at::Tensor on_cpu = rows.to(at::kCPU, at::kFloat).contiguous();
    const float* values = on_cpu.const_data_ptr<float>();
    for (std::size_t i = 0; i < batch.filled; ++i) {
      std::copy_n(values + i * dim(), dim(), features.row(batch.indices[i]).begin());
    }
  };
  run_micro_batches(lengths, threads, in_flight, encode_batch, micro_batch_rows(device()));
  return features;
}

std::size_t ScriptedSpectrumEncoder::length(const PeakRows& spectrum) const {
  return impl_->input->length(spectrum);
}

at::Tensor ScriptedSpectrumEncoder::pack(std::span<const PeakRows> spectra,
                                         std::size_t length) const {
  return impl_->input->pack(spectra, length);
}

std::vector<at::Tensor> ScriptedSpectrumEncoder::prefix(const at::Tensor& input,
                                                        std::int64_t n) const {
  // Not InferenceMode: its tensors could not take part in training the suffix.
  const c10::NoGradGuard no_gradients;
  return running_network(impl_->where,
                         [&] { return impl_->input->prefix(impl_->module, input, n); });
}

at::Tensor ScriptedSpectrumEncoder::suffix(const std::vector<at::Tensor>& state,
                                           std::int64_t n) const {
  return running_network(impl_->where,
                         [&] { return impl_->input->suffix(impl_->module, state, n); });
}

std::optional<TextTokens> ScriptedSpectrumEncoder::text_tokens() const {
  return impl_->input->text_tokens();
}

at::Tensor ScriptedSpectrumEncoder::token_states(const at::Tensor& input) const {
  const auto all = static_cast<std::int64_t>(impl_->info.blocks) + 1;
  return running_network(impl_->where,
                         [&] { return impl_->input->token_states(impl_->module, input, all); });
}

at::Tensor ScriptedSpectrumEncoder::forward(const at::Tensor& input) const {
  const std::vector<at::Tensor> state = prefix(input, 0);
  if (state.empty()) {
    throw ArtifactError(
        fmt::format("{}: gives no features; export the encoder again", impl_->where));
  }
  impl_->check_features(state.front(), input.size(0));
  return state.front();
}

std::vector<TrainableParameter> ScriptedSpectrumEncoder::parameters_of_last(std::int64_t n) const {
  const auto depth = static_cast<std::int64_t>(impl_->blocks.size());
  if (n < 0 || n > depth + 1) {
    throw UsageError(fmt::format("{}: has {}, cannot train the last {}", impl_->where,
                                 counted(static_cast<std::size_t>(depth), "block"), n));
  }
  std::vector<TrainableParameter> parameters;
  for (std::int64_t i = std::max<std::int64_t>(depth - n, 0); i < depth; ++i) {
    for (const std::string& name : impl_->blocks[static_cast<std::size_t>(i)]) {
      parameters.push_back({name, impl_->parameter(name), true});
    }
  }
  if (n <= depth) return parameters;
  for (const std::string& name : impl_->rest) {
    parameters.push_back({name, impl_->parameter(name), false});
  }
  return parameters;
}

void ScriptedSpectrumEncoder::assign(const std::string& name, const at::Tensor& values) {
  at::Tensor parameter = impl_->parameter(name);
  if (parameter.sizes() != values.sizes()) {
    throw ArtifactError(
        fmt::format("{}: parameter \"{}\" has the shape {}, found {}; use the encoder "
                    "the model was trained with",
                    impl_->where, name, c10::str(parameter.sizes()), c10::str(values.sizes())));
  }
  const c10::NoGradGuard no_gradients;
  parameter.copy_(values);
}

void ScriptedSpectrumEncoder::set_mode(const EncoderMode& mode) {
  impl_->module.setattr("bf16_linears", mode.precision == Precision::bfloat16);
  impl_->module.setattr("dropout", mode.dropout);
  impl_->module.train(mode.dropout > 0);
}

void ScriptedSpectrumEncoder::write(const fs::path& from, const fs::path& to, WeightDigits digits) {
  Manifest manifest = Manifest::open(from, "spectrum-encoder");
  std::set<std::string> rounded;
  if (digits == WeightDigits::bfloat16) {
    // What never trains, like the frequencies of m/z, needs all of its digits.
    rounded.insert(impl_->rest.begin(), impl_->rest.end());
    for (const Names& block : impl_->blocks) rounded.insert(block.begin(), block.end());
    round_to_bfloat16(impl_->module, rounded);
  }
  const fs::path file = to / kNetworkFile;
  write_script_module(impl_->module, rounded, file);
  const Matrix vectors = to_matrix(forward(impl_->packed(impl_->input->golden(manifest))));
  Json rows = Json::array();
  for (std::size_t i = 0; i < vectors.rows(); ++i) rows.push_back(vectors.row(i));
  Json& json = manifest.json();
  json["golden"]["vectors"] = std::move(rows);
  json["fingerprint"] = sha256(info().fingerprint + sha256_of_file(file));
  copy_files(from, to, [](const fs::path& name) { return name == kTokenizerFile; });
  manifest.write(to);
}

}  // namespace specbridge
