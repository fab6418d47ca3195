#include "decode/decoder.h"

#include <ATen/ATen.h>
#include <c10/core/GradMode.h>
#include <fmt/format.h>
#include <torch/script.h>

#include <algorithm>
#include <functional>
#include <limits>
#include <stdexcept>
#include <utility>

#include "encode/encoder_manifest.h"
#include "encode/golden_check.h"
#include "nn/script_module.h"
#include "nn/tensors.h"
#include "nn/torch_runtime.h"
#include "nn/watchdog.h"
#include "specbridge/error.h"
#include "store/file.h"
#include "store/manifest.h"

namespace specbridge {
namespace fs = std::filesystem;
namespace {

constexpr const char* kVocabularyFile = "vocabulary.json";

SmilesVocabulary read_vocabulary(const Manifest& manifest) {
  const fs::path file = manifest.dir() / kVocabularyFile;
  try {
    return SmilesVocabulary(Json::parse(read_file(file)).get<std::vector<std::string>>());
  } catch (const Json::exception& error) {
    throw ArtifactError(fmt::format("{}: is no list of words: {}; export the decoder again",
                                    file.string(), error.what()));
  } catch (const std::invalid_argument& error) {
    throw ArtifactError(
        fmt::format("{}: {}; export the decoder again", file.string(), error.what()));
  }
}

at::Tensor long_row(std::span<const Token> tokens) {
  const at::Tensor row = at::empty({static_cast<std::int64_t>(tokens.size())}, at::kLong);
  std::ranges::copy(tokens, row.mutable_data_ptr<std::int64_t>());
  return row;
}

at::Tensor long_row(std::span<const std::size_t> numbers) {
  const at::Tensor row = at::empty({static_cast<std::int64_t>(numbers.size())}, at::kLong);
  std::ranges::copy(numbers, row.mutable_data_ptr<std::int64_t>());
  return row;
}

}  // namespace

struct Decoder::Impl {
  Impl(const Manifest& manifest, const RunContext& context)
      : where((manifest.dir() / kNetworkFile).string()),
        device(resolve_device(context.device)),
        module(load_script_module(where, manifest.listed_sha256(kNetworkFile), device)),
        vocabulary(read_vocabulary(manifest)),
        molecule_dim(manifest.number("molecule_dim")),
        positions(manifest.number("positions")),
        fingerprint(manifest.text("fingerprint")) {
    for (const char* method : {"memory", "logits", "begin", "step"}) {
      if (module.find_method(method)) continue;
      throw ArtifactError(
          fmt::format("{}: has no method {}; export the decoder again", where, method));
    }
  }

  c10::IValue call(const char* method, std::vector<c10::IValue> arguments) const {
    const c10::NoGradGuard no_gradients;
    const IntraOpThreads one(1);
    return running_network(where, [&] { return module.get_method(method)(std::move(arguments)); });
  }

  at::Tensor memory(const at::Tensor& vectors, const at::Tensor& peaks,
                    const at::Tensor& candidates) const {
    return call("memory", {vectors.to(device), peaks.to(device), candidates.to(device)}).toTensor();
  }
  at::Tensor memory(const DecoderInput& input) const;
  /// Natural logarithms [texts, places, vocabulary].
  at::Tensor logarithms(const at::Tensor& tokens, const at::Tensor& memory) const {
    return at::log_softmax(call("logits", {tokens.to(device), memory}).toTensor().to(at::kFloat),
                           -1);
  }
  void check_golden_values(const Manifest& manifest) const;

  std::string where;
  c10::Device device;
  torch::jit::Module module;
  SmilesVocabulary vocabulary;
  std::size_t molecule_dim, positions;
  std::string fingerprint;
};

at::Tensor Decoder::Impl::memory(const DecoderInput& input) const {
  const auto dim = static_cast<std::int64_t>(molecule_dim);
  const bool known = !input.vector.empty();
  const bool fits = !known || input.vector.size() == molecule_dim;
  if (!fits || (input.candidates.rows() > 0 && input.candidates.cols() != molecule_dim)) {
    throw std::invalid_argument(
        fmt::format("the decoder is told vectors of {} numbers", molecule_dim));
  }
  at::Tensor vector = at::zeros({1, dim}, at::kFloat);
  if (known) std::ranges::copy(input.vector, vector.mutable_data_ptr<float>());
  const auto rows = static_cast<std::int64_t>(input.peaks.count());
  const at::Tensor peaks = at::zeros({1, rows, 2}, at::kFloat);
  std::ranges::copy(input.peaks.rows, peaks.mutable_data_ptr<float>());
  const auto count = static_cast<std::int64_t>(input.candidates.rows());
  // A row of zeros is no candidate; without any there is still one to look at.
  const at::Tensor candidates = at::zeros({1, std::max<std::int64_t>(count, 1), dim}, at::kFloat);
  std::ranges::copy(input.candidates.values(), candidates.mutable_data_ptr<float>());
  return memory(vector, peaks, candidates);
}

void Decoder::Impl::check_golden_values(const Manifest& manifest) const {
  using Rows = std::vector<std::vector<float>>;
  const auto rows_of = [&](const char* name) {
    const auto rows = manifest_value<Rows>(manifest, {"golden", name});
    const auto width = static_cast<std::int64_t>(rows.empty() ? 0 : rows.front().size());
    at::Tensor all = at::zeros({static_cast<std::int64_t>(rows.size()), width}, at::kFloat);
    float* place = all.mutable_data_ptr<float>();
    for (const auto& row : rows) {
      if (static_cast<std::int64_t>(row.size()) != width) {
        throw ArtifactError(fmt::format("{}: \"golden.{}\" has rows of different lengths",
                                        (manifest.dir() / "manifest.json").string(), name));
      }
      place = std::ranges::copy(row, place).out;
    }
    return all;
  };
  const auto dim = static_cast<std::int64_t>(molecule_dim);
  const Watchdog watchdog(where, network_limits(fs::file_size(where), device.is_cpu()));
  const at::Tensor vectors = rows_of("vectors"), expected = rows_of("log_probabilities");
  const std::int64_t texts = vectors.size(0);
  std::vector<at::Tensor> ids;
  using Ids = std::vector<std::vector<std::int64_t>>;
  for (const auto& text : manifest_value<Ids>(manifest, {"golden", "tokens"})) {
    ids.push_back(at::tensor(text, at::kLong));
  }
  const at::Tensor found = translating(where, [&] {
    const at::Tensor told = memory(vectors, rows_of("peaks").view({texts, -1, 2}),
                                   rows_of("candidates").view({texts, -1, dim}));
    return logarithms(at::stack(ids), told).select(1, -1);
  });
  check_golden(to_matrix(found), to_matrix(expected),
               device.is_cpu() ? GoldenDevice::cpu : GoldenDevice::other, where);
}

namespace {

/// Texts of one spectrum that grow together.
class KeptTexts final : public DecoderStep {
 public:
  using Call = std::function<c10::IValue(const char*, std::vector<c10::IValue>)>;

  KeptTexts(Call call, at::Tensor memory, std::size_t vocabulary)
      : call_(std::move(call)), memory_(std::move(memory)), vocabulary_(vocabulary) {
    begin();
  }

  std::size_t vocabulary() const override { return vocabulary_; }
  void begin() override { state_ = call_("begin", {memory_}).toTensorVector(); }
  Matrix next(std::span<const std::size_t> parents, std::span<const Token> tokens) override {
    const at::Tensor rows = long_row(parents).to(memory_.device());
    for (at::Tensor& tensor : state_) tensor = tensor.index_select(0, rows);
    const auto told = call_("step", {long_row(tokens).to(memory_.device()), state_}).toTuple();
    state_ = told->elements()[1].toTensorVector();
    return to_matrix(told->elements()[0].toTensor());
  }

 private:
  Call call_;
  at::Tensor memory_;
  std::size_t vocabulary_;
  std::vector<at::Tensor> state_;
};

}  // namespace

Decoder::Decoder(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Decoder::~Decoder() = default;
Decoder::Decoder(Decoder&&) noexcept = default;

Decoder Decoder::load(const fs::path& dir, const RunContext& context) {
  const Manifest manifest = Manifest::open(dir, "decoder");
  manifest.verify_checksums({kNetworkFile});
  auto impl = std::make_unique<Impl>(manifest, context);
  impl->check_golden_values(manifest);
  return Decoder(std::move(impl));
}

const SmilesVocabulary& Decoder::vocabulary() const noexcept {
  return impl_->vocabulary;
}

std::size_t Decoder::molecule_dim() const noexcept {
  return impl_->molecule_dim;
}

std::size_t Decoder::most_tokens() const noexcept {
  return impl_->positions - 1;
}

const std::string& Decoder::fingerprint() const noexcept {
  return impl_->fingerprint;
}

std::unique_ptr<DecoderStep> Decoder::step(const DecoderInput& input) const {
  return std::make_unique<KeptTexts>(
      [impl = impl_.get()](const char* method, std::vector<c10::IValue> arguments) {
        return impl->call(method, std::move(arguments));
      },
      impl_->memory(input), impl_->vocabulary.size());
}

std::vector<double> Decoder::log_likelihoods(const DecoderInput& input,
                                             std::span<const std::vector<Token>> texts) const {
  const at::Tensor memory = impl_->memory(input);
  const SpecialTokens special = impl_->vocabulary.special();
  std::vector<double> sums;
  for (const auto& text : texts) {
    if (text.size() > most_tokens()) {
      sums.push_back(-std::numeric_limits<double>::infinity());
      continue;
    }
    std::vector<Token> given = {special.start}, follows(text);
    given.insert(given.end(), text.begin(), text.end());
    follows.push_back(special.end);
    const Matrix logarithms =
        to_matrix(impl_->logarithms(long_row(given).unsqueeze(0), memory).squeeze(0));
    double sum = 0;
    for (std::size_t place = 0; place < follows.size(); ++place) {
      sum += std::as_const(logarithms).row(place)[follows[place]];
    }
    sums.push_back(sum);
  }
  return sums;
}

}  // namespace specbridge
