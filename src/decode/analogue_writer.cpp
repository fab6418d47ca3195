#include "decode/analogue_writer.h"

#include <ATen/ATen.h>
#include <fmt/format.h>
#include <torch/script.h>

#include <cstdint>
#include <stdexcept>
#include <utility>
#include <vector>

#include "decode/kept_texts.h"
#include "decode/network_directory.h"
#include "decode/text_network.h"
#include "encode/encoder_manifest.h"
#include "encode/golden_check.h"
#include "nn/script_module.h"
#include "nn/tensors.h"
#include "nn/torch_runtime.h"
#include "nn/watchdog.h"
#include "specbridge/error.h"
#include "store/manifest.h"

namespace specbridge {
namespace fs = std::filesystem;

struct AnalogueWriter::Impl final : TextNetwork {
  Impl(const Manifest& manifest, const c10::Device& where_to)
      : where((manifest.dir() / kNetworkFile).string()),
        on(where_to),
        module(load_script_module(where, manifest.listed_sha256(kNetworkFile), on)),
        words(read_vocabulary(manifest)),
        positions(manifest.number("positions")),
        fingerprint(manifest.text("fingerprint")) {
    demand_methods(module, {"memory_of", "logits", "begin", "step"}, where);
    for (const auto& named : module.named_parameters()) named.value.set_requires_grad(false);
  }

  c10::IValue call(const char* method, std::vector<c10::IValue> arguments) const {
    return running_network(where, [&] { return module.get_method(method)(std::move(arguments)); });
  }
  at::Tensor memory_of(const std::vector<std::int64_t>& text) const {
    const auto length = static_cast<std::int64_t>(text.size());
    return call("memory_of", {at::tensor(text, at::kLong).view({1, length}).to(on)}).toTensor();
  }
  /// What the network says to the inputs that a manifest states [texts, vocabulary].
  at::Tensor golden_values(const Manifest& manifest) const;

  c10::Device device() const noexcept override { return on; }
  const SmilesVocabulary& vocabulary() const noexcept override { return words; }
  std::vector<at::Tensor> begin(const at::Tensor& memory) const override {
    return call("begin", {memory}).toTensorVector();
  }
  std::pair<at::Tensor, std::vector<at::Tensor>> step(
      const at::Tensor& tokens, std::vector<at::Tensor> state) const override {
    const auto told = call("step", {tokens.to(on), std::move(state)}).toTuple();
    return {told->elements()[0].toTensor(), told->elements()[1].toTensorVector()};
  }

  std::string where;
  c10::Device on;
  torch::jit::Module module;
  SmilesVocabulary words;
  std::size_t positions;
  std::string fingerprint;
};

at::Tensor AnalogueWriter::Impl::golden_values(const Manifest& manifest) const {
  const Inferring inferring;
  const Watchdog watchdog(where, network_limits(fs::file_size(where), on.is_cpu()));
  const auto molecules = golden_texts(manifest, "molecules");
  const auto begun = golden_texts(manifest, "tokens");
  if (molecules.size() != begun.size() || molecules.empty()) {
    throw ArtifactError(fmt::format(
        "{}: \"golden\" has {} molecules and {} texts, expected as many; export it again",
        (manifest.dir() / "manifest.json").string(), molecules.size(), begun.size()));
  }
  return translating(where, [&] {
    std::vector<at::Tensor> rows;
    for (std::size_t i = 0; i < molecules.size(); ++i) {
      const at::Tensor tokens = at::tensor(begun[i], at::kLong).unsqueeze(0).to(on);
      const at::Tensor scores = call("logits", {tokens, memory_of(molecules[i])}).toTensor();
      rows.push_back(at::log_softmax(scores.select(1, -1).select(0, 0).to(at::kFloat), -1));
    }
    return at::stack(rows);
  });
}

AnalogueWriter::AnalogueWriter(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
AnalogueWriter::~AnalogueWriter() = default;
AnalogueWriter::AnalogueWriter(AnalogueWriter&&) noexcept = default;

AnalogueWriter AnalogueWriter::load(const fs::path& dir, const RunContext& context) {
  const Manifest manifest = Manifest::open(dir, "molecule-writer");
  manifest.verify_checksums({kNetworkFile});
  auto impl = std::make_unique<Impl>(manifest, resolve_device(context.device));
  check_golden(to_matrix(impl->golden_values(manifest)),
               to_matrix(golden_rows(manifest, "log_probabilities")),
               impl->on.is_cpu() ? GoldenDevice::cpu : GoldenDevice::other, impl->where);
  return AnalogueWriter(std::move(impl));
}

const SmilesVocabulary& AnalogueWriter::vocabulary() const noexcept {
  return impl_->words;
}

std::size_t AnalogueWriter::most_read() const noexcept {
  return impl_->positions - 2;
}

std::size_t AnalogueWriter::most_tokens() const noexcept {
  return impl_->positions - 1;
}

const std::string& AnalogueWriter::fingerprint() const noexcept {
  return impl_->fingerprint;
}

std::unique_ptr<DecoderStep> AnalogueWriter::step(std::span<const Token> molecule) const {
  if (molecule.size() > most_read()) {
    throw std::invalid_argument(
        fmt::format("a molecule has {} words, expected at most {}", molecule.size(), most_read()));
  }
  const Inferring inferring;
  const SpecialTokens special = vocabulary().special();
  std::vector<std::int64_t> text{special.start};
  text.insert(text.end(), molecule.begin(), molecule.end());
  text.push_back(special.end);
  return kept_texts(*impl_, impl_->memory_of(text));
}

}  // namespace specbridge
