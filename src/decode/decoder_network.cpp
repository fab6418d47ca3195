#include "decode/decoder_network.h"

#include <ATen/ATen.h>
#include <c10/core/GradMode.h>
#include <fmt/format.h>
#include <torch/script.h>

#include <algorithm>
#include <stdexcept>
#include <unordered_map>
#include <utility>

#include "decode/network_directory.h"
#include "encode/encoder_manifest.h"
#include "encode/golden_check.h"
#include "nn/script_module.h"
#include "nn/tensors.h"
#include "nn/torch_runtime.h"
#include "nn/watchdog.h"
#include "specbridge/error.h"
#include "store/file.h"
#include "store/manifest.h"
#include "store/staging.h"

namespace specbridge {
namespace fs = std::filesystem;

struct DecoderNetwork::Impl {
  Impl(const Manifest& manifest, const c10::Device& where_to)
      : where((manifest.dir() / kNetworkFile).string()),
        device(where_to),
        module(load_script_module(where, manifest.listed_sha256(kNetworkFile), device)),
        vocabulary(read_vocabulary(manifest)),
        molecule_dim(manifest.number("molecule_dim")),
        positions(manifest.number("positions")),
        fingerprint(manifest.text("fingerprint")),
        trains(manifest_value<std::vector<std::string>>(manifest, {"trains"})) {
    demand_methods(module, {"memory", "logits", "begin", "step"}, where);
    for (const char* attribute : {"bf16_linears", "dropout"}) {
      if (module.hasattr(attribute)) continue;
      throw ArtifactError(
          fmt::format("{}: has no attribute {}; export the decoder again", where, attribute));
    }
    for (const auto& named : module.named_parameters()) {
      named.value.set_requires_grad(false);
      parameters.emplace(named.name, named.value);
    }
    for (const std::string& name : trains) {
      if (parameters.contains(name)) continue;
      throw ArtifactError(fmt::format(
          "{}: has no parameter \"{}\", which its manifest names; export the decoder again", where,
          name));
    }
  }

  c10::IValue call(const char* method, std::vector<c10::IValue> arguments) const {
    return running_network(where, [&] { return module.get_method(method)(std::move(arguments)); });
  }
  at::Tensor golden_values(const Manifest& manifest, const DecoderNetwork& network) const;

  std::string where;
  c10::Device device;
  torch::jit::Module module;
  SmilesVocabulary vocabulary;
  std::size_t molecule_dim, positions;
  std::string fingerprint;
  std::vector<std::string> trains;
  std::unordered_map<std::string, at::Tensor> parameters;
};

/// What the network says to the inputs that a manifest states [texts, vocabulary].
at::Tensor DecoderNetwork::Impl::golden_values(const Manifest& manifest,
                                               const DecoderNetwork& network) const {
  const c10::NoGradGuard no_gradients;
  const Watchdog watchdog(where, network_limits(fs::file_size(where), device.is_cpu()));
  const at::Tensor vectors = golden_rows(manifest, "vectors");
  const std::int64_t texts = vectors.size(0);
  std::vector<at::Tensor> ids;
  for (const auto& text : golden_texts(manifest, "tokens")) {
    ids.push_back(at::tensor(text, at::kLong));
  }
  return translating(where, [&] {
    const at::Tensor told =
        network.memory(vectors, golden_rows(manifest, "peaks").view({texts, -1, 2}),
                       golden_rows(manifest, "candidates")
                           .view({texts, -1, static_cast<std::int64_t>(molecule_dim)}));
    const at::Tensor last = network.logits(at::stack(ids), told).select(1, -1);
    return at::log_softmax(last.to(at::kFloat), -1);
  });
}

DecoderNetwork::DecoderNetwork(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
DecoderNetwork::~DecoderNetwork() = default;
DecoderNetwork::DecoderNetwork(DecoderNetwork&&) noexcept = default;

DecoderNetwork DecoderNetwork::load(const fs::path& dir, const c10::Device& device) {
  const Manifest manifest = Manifest::open(dir, "decoder");
  manifest.verify_checksums({kNetworkFile});
  DecoderNetwork network(std::make_unique<Impl>(manifest, device));
  const Impl& impl = *network.impl_;
  check_golden(to_matrix(impl.golden_values(manifest, network)),
               to_matrix(golden_rows(manifest, "log_probabilities")),
               device.is_cpu() ? GoldenDevice::cpu : GoldenDevice::other, impl.where);
  return network;
}

c10::Device DecoderNetwork::device() const noexcept {
  return impl_->device;
}

const SmilesVocabulary& DecoderNetwork::vocabulary() const noexcept {
  return impl_->vocabulary;
}

std::size_t DecoderNetwork::molecule_dim() const noexcept {
  return impl_->molecule_dim;
}

std::size_t DecoderNetwork::positions() const noexcept {
  return impl_->positions;
}

const std::string& DecoderNetwork::fingerprint() const noexcept {
  return impl_->fingerprint;
}

at::Tensor DecoderNetwork::memory(const at::Tensor& vectors, const at::Tensor& peaks,
                                  const at::Tensor& candidates) const {
  const auto& to = impl_->device;
  return impl_->call("memory", {vectors.to(to), peaks.to(to), candidates.to(to)}).toTensor();
}

at::Tensor DecoderNetwork::logits(const at::Tensor& tokens, const at::Tensor& memory) const {
  return impl_->call("logits", {tokens.to(impl_->device), memory}).toTensor();
}

std::vector<at::Tensor> DecoderNetwork::begin(const at::Tensor& memory) const {
  return impl_->call("begin", {memory}).toTensorVector();
}

std::pair<at::Tensor, std::vector<at::Tensor>> DecoderNetwork::step(
    const at::Tensor& tokens, std::vector<at::Tensor> state) const {
  const auto told = impl_->call("step", {tokens.to(impl_->device), std::move(state)}).toTuple();
  return {told->elements()[0].toTensor(), told->elements()[1].toTensorVector()};
}

std::vector<DecoderParameter> DecoderNetwork::parameters() const {
  std::vector<DecoderParameter> parameters;
  for (const std::string& name : impl_->trains) {
    parameters.push_back({name, impl_->parameters.at(name)});
  }
  return parameters;
}

void DecoderNetwork::set_mode(Precision precision, double dropout) {
  impl_->module.setattr("bf16_linears", precision == Precision::bfloat16);
  impl_->module.setattr("dropout", dropout);
  impl_->module.train(dropout > 0);
}

/// Of a copy on the CPU, whose golden values hold wherever it is read.
void DecoderNetwork::write(const fs::path& from, const fs::path& to) const {
  Manifest manifest = Manifest::open(from, "decoder");
  DecoderNetwork copy(std::make_unique<Impl>(*impl_));
  copy.impl_->module = impl_->module.deepcopy(c10::Device(c10::kCPU));
  copy.impl_->device = c10::kCPU;
  copy.set_mode(Precision::float32, 0);
  write_script_module(copy.impl_->module, {}, to / kNetworkFile);
  write_file(to / kVocabularyFile, read_file(from / kVocabularyFile));
  const Matrix values = to_matrix(copy.impl_->golden_values(manifest, copy));
  Json rows = Json::array();
  for (std::size_t i = 0; i < values.rows(); ++i) rows.push_back(values.row(i));
  Json& json = manifest.json();
  json["golden"]["log_probabilities"] = std::move(rows);
  json["trained_from"] = impl_->fingerprint;
  json["fingerprint"] = sha256(impl_->fingerprint + sha256_of_file(to / kNetworkFile));
  manifest.write(to);
}

}  // namespace specbridge
