#include <fmt/format.h>
#include <torch/script.h>

#include <algorithm>

#include "base/parallel.h"
#include "encode/encoder_manifest.h"
#include "encode/golden_check.h"
#include "encode/micro_batches.h"
#include "encode/molecule_encoder_kinds.h"
#include "encode/vector_precision.h"
#include "nn/script_module.h"
#include "nn/tensors.h"
#include "nn/torch_runtime.h"
#include "nn/watchdog.h"
#include "specbridge/error.h"
#include "tokenize/tokenizer.h"

namespace specbridge {
namespace {

using TokenIds = std::vector<std::int64_t>;

/// What the manifest states about the network's input.
struct TokenInput {
  std::size_t max_tokens = 0;
  std::int64_t pad_id = 0;
  std::size_t length_multiple = 1;

  std::size_t padded(std::size_t tokens) const {
    return std::max<std::size_t>((tokens + length_multiple - 1) / length_multiple, 1) *
           length_multiple;
  }
};

/// A network that reads the tokens of a SMILES: RoBERTa, BERT or ALBERT, which only its archive
/// tells apart.
class LanguageEncoder final : public MoleculeEncoder {
 public:
  LanguageEncoder(const Manifest& manifest, const RunContext& context);

  std::size_t dim() const noexcept override { return dim_; }
  const std::string& fingerprint() const noexcept override { return fingerprint_; }
  const std::string& architecture() const noexcept override { return architecture_; }
  Matrix encode(std::span<const Molecule> molecules) const override;
  void check_golden_values(const Manifest& manifest) const;
  /// From now on. @throws ArtifactError, ResourceError
  void compute_in(Precision precision);

 private:
  /// What the network makes of token ids, not normalised.
  Matrix embed(std::span<const TokenIds> ids) const;
  at::Tensor forward(std::span<const TokenIds> ids, const MicroBatch& batch) const;

  std::string where_;
  c10::Device device_;
  torch::jit::Module module_;
  Tokenizer tokenizer_;
  TokenInput input_;
  std::size_t dim_, threads_;
  std::string fingerprint_, architecture_;
};

TokenInput token_input(const Manifest& manifest) {
  const TokenInput input{manifest_value<std::size_t>(manifest, {"input", "max_tokens"}),
                         manifest_value<std::int64_t>(manifest, {"input", "pad_id"}),
                         manifest_value<std::size_t>(manifest, {"input", "length_multiple"})};
  if (input.max_tokens == 0 || input.length_multiple == 0 || input.pad_id < 0) {
    throw ArtifactError(
        fmt::format("{}: \"input\" needs max_tokens and length_multiple above 0 and a "
                    "pad_id; export the encoder again",
                    (manifest.dir() / "manifest.json").string()));
  }
  return input;
}

LanguageEncoder::LanguageEncoder(const Manifest& manifest, const RunContext& context)
    : where_((manifest.dir() / kNetworkFile).string()),
      device_(resolve_device(context.device)),
      module_(load_script_module(where_, manifest.listed_sha256(kNetworkFile), device_)),
      tokenizer_(Tokenizer::load(manifest.dir() / kTokenizerFile)),
      input_(token_input(manifest)),
      dim_(manifest.number("dim")),
      threads_(context.threads),
      fingerprint_(manifest.text("fingerprint")),
      architecture_(manifest.text("architecture")) {}

Matrix LanguageEncoder::encode(std::span<const Molecule> molecules) const {
  std::vector<TokenIds> ids(molecules.size());
  parallel_for(molecules.size(), threads_, [&](std::size_t i) {
    ids[i] = tokenizer_.encode(molecules[i].smiles(), input_.max_tokens);
  });
  Matrix vectors = embed(ids);
  for (std::size_t i = 0; i < vectors.rows(); ++i) {
    const std::span<float> row = vectors.row(i);
    if (ids[i].empty() || !normalize(row)) std::fill(row.begin(), row.end(), 0.0F);
  }
  return vectors;
}

Matrix LanguageEncoder::embed(std::span<const TokenIds> ids) const {
  std::vector<std::size_t> lengths(ids.size());
  std::transform(ids.begin(), ids.end(), lengths.begin(),
                 [&](const TokenIds& tokens) { return input_.padded(tokens.size()); });
  Matrix vectors(ids.size(), dim_);
  const auto run = [&](const MicroBatch& batch) {
    const Matrix rows = to_matrix(forward(ids, batch));
    for (std::size_t i = 0; i < batch.filled; ++i) {
      std::copy_n(rows.row(i).begin(), dim_, vectors.row(batch.indices[i]).begin());
    }
  };
  run_micro_batches(lengths, threads_, 0, run,
                    device_.is_cpu() ? kMicroBatchRows : kCudaMicroBatchRows);
  return vectors;
}

at::Tensor LanguageEncoder::forward(std::span<const TokenIds> ids, const MicroBatch& batch) const {
  const auto shape = {static_cast<std::int64_t>(batch.indices.size()),
                      static_cast<std::int64_t>(batch.length)};
  const at::Tensor tokens = at::full(shape, input_.pad_id, at::kLong);
  const at::Tensor mask = at::zeros(shape, at::kLong);
  for (std::size_t i = 0; i < batch.indices.size(); ++i) {
    const TokenIds& row = ids[batch.indices[i]];
    std::copy(row.begin(), row.end(), tokens.mutable_data_ptr<std::int64_t>() + i * batch.length);
    std::fill_n(mask.mutable_data_ptr<std::int64_t>() + i * batch.length, row.size(), 1);
  }
  const c10::NoGradGuard no_gradients;
  const at::Tensor rows = running_network(where_, [&] {
    return module_.get_method("forward")({tokens.to(device_), mask.to(device_)}).toTensor();
  });
  const auto expected = {tokens.size(0), static_cast<std::int64_t>(dim_)};
  if (rows.sizes() == c10::IntArrayRef(expected)) return rows;
  throw ArtifactError(fmt::format("{}: gives {}; expected [{}, {}]; export the encoder again",
                                  where_, c10::str(rows.sizes()), tokens.size(0), dim_));
}

void LanguageEncoder::check_golden_values(const Manifest& manifest) const {
  const auto smiles = manifest_value<std::vector<std::string>>(manifest, {"golden", "smiles"});
  const auto expected_ids =
      manifest_value<std::vector<TokenIds>>(manifest, {"golden", "input_ids"});
  std::vector<TokenIds> ids;
  for (const std::string& text : smiles) ids.push_back(tokenizer_.encode(text, input_.max_tokens));
  if (ids != expected_ids) {
    throw ArtifactError(
        fmt::format("{}: its golden SMILES give other token ids than the manifest says; export the "
                    "encoder again",
                    (manifest.dir() / "tokenizer.json").string()));
  }
  const Watchdog watchdog(where_,
                          network_limits(std::filesystem::file_size(where_), device_.is_cpu()));
  check_golden(embed(ids), golden_vectors(manifest, ids.size(), dim_),
               device_.is_cpu() ? GoldenDevice::cpu : GoldenDevice::other, where_);
}

void LanguageEncoder::compute_in(Precision precision) {
  demand_precision(precision, device_);
  if (!module_.hasattr("bf16_linears")) {
    if (precision == Precision::float32) return;
    throw ArtifactError(
        fmt::format("{}: has no attribute bf16_linears, so it computes in float32 alone; leave "
                    "--precision out, or export the encoder again",
                    where_));
  }
  module_.setattr("bf16_linears", precision == Precision::bfloat16);
  fingerprint_ = vectors_in(precision, fingerprint_);
}

}  // namespace

std::unique_ptr<MoleculeEncoder> load_language_encoder(const Manifest& manifest,
                                                       const RunContext& context) {
  manifest.verify_checksums({kNetworkFile});
  auto encoder = std::make_unique<LanguageEncoder>(manifest, context);
  encoder->check_golden_values(manifest);  // they are of float32
  encoder->compute_in(context.precision);
  return encoder;
}

}  // namespace specbridge
