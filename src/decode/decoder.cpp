#include "decode/decoder.h"

#include <ATen/ATen.h>
#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <stdexcept>
#include <utility>

#include "decode/decoder_network.h"
#include "decode/kept_texts.h"
#include "encode/micro_batches.h"
#include "encode/trainable_encoder.h"
#include "nn/tensors.h"
#include "nn/torch_runtime.h"
#include "specbridge/error.h"

namespace specbridge {
namespace fs = std::filesystem;
namespace {

constexpr std::size_t kTextRows = 8;  // of a micro-batch: one number, for bits to be the same

}  // namespace

struct Decoder::Impl {
  explicit Impl(DecoderNetwork loaded) : network(std::move(loaded)) {}
  at::Tensor memory(const DecoderInput& input) const;
  void add_likelihoods(std::span<const std::vector<Token>> texts, const MicroBatch& batch,
                       const at::Tensor& memory, std::span<double> sums) const;

  DecoderNetwork network;
};

at::Tensor Decoder::Impl::memory(const DecoderInput& input) const {
  const auto dim = static_cast<std::int64_t>(network.molecule_dim());
  const bool known = !input.vector.empty();
  const bool fits = !known || input.vector.size() == network.molecule_dim();
  if (!fits || (input.candidates.rows() > 0 && input.candidates.cols() != network.molecule_dim())) {
    throw std::invalid_argument(
        fmt::format("the decoder is told vectors of {} numbers", network.molecule_dim()));
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
  return network.memory(vector, peaks, candidates);
}

/// The likelihoods of some texts of about one length. What pads a text stands behind it, where none
/// of its places sees it.
void Decoder::Impl::add_likelihoods(std::span<const std::vector<Token>> texts,
                                    const MicroBatch& batch, const at::Tensor& memory,
                                    std::span<double> sums) const {
  const SpecialTokens special = network.vocabulary().special();
  const std::size_t places = batch.length;
  std::vector<std::int64_t> given, follows;
  for (const std::size_t index : batch.indices) {
    const auto& text = texts[index];
    given.push_back(special.start);
    given.insert(given.end(), text.begin(), text.end());
    given.resize((given.size() + places - 1) / places * places, special.end);
    follows.insert(follows.end(), text.begin(), text.end());
    follows.resize(given.size(), special.end);
  }
  const auto sizes = {static_cast<std::int64_t>(batch.indices.size()),
                      static_cast<std::int64_t>(places)};
  const at::Tensor scores = network.logits(at::tensor(given, at::kLong).view(sizes), memory);
  const at::Tensor wanted =
      at::tensor(follows, at::kLong).view(sizes).to(network.device()).unsqueeze(-1);
  const Matrix logarithms =
      to_matrix(at::log_softmax(scores.to(at::kFloat), -1).gather(-1, wanted).squeeze(-1));
  for (std::size_t row = 0; row < batch.filled; ++row) {
    const std::size_t index = batch.indices[row];
    for (std::size_t place = 0; place <= texts[index].size(); ++place) {
      sums[index] += logarithms.row(row)[place];
    }
  }
}

Decoder::Decoder(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Decoder::~Decoder() = default;
Decoder::Decoder(Decoder&&) noexcept = default;

Decoder Decoder::load(const fs::path& dir, const RunContext& context) {
  return Decoder(std::make_unique<Impl>(DecoderNetwork::load(dir, resolve_device(context.device))));
}

const SmilesVocabulary& Decoder::vocabulary() const noexcept {
  return impl_->network.vocabulary();
}

std::size_t Decoder::molecule_dim() const noexcept {
  return impl_->network.molecule_dim();
}

std::size_t Decoder::most_tokens() const noexcept {
  return impl_->network.positions() - 1;
}

const std::string& Decoder::fingerprint() const noexcept {
  return impl_->network.fingerprint();
}

std::unique_ptr<DecoderStep> Decoder::step(const DecoderInput& input) const {
  const Inferring inferring;
  return kept_texts(impl_->network, impl_->memory(input));
}

std::vector<double> Decoder::log_likelihoods(const DecoderInput& input,
                                             std::span<const std::vector<Token>> texts) const {
  const Inferring inferring;
  std::vector<double> sums(texts.size());
  std::vector<std::size_t> lengths, written;
  for (std::size_t i = 0; i < texts.size(); ++i) {
    if (texts[i].size() > most_tokens()) {
      sums[i] = -std::numeric_limits<double>::infinity();
      continue;
    }
    written.push_back(i);
    lengths.push_back(std::min(padded_length(texts[i].size() + 1), impl_->network.positions()));
  }
  const at::Tensor memory = impl_->memory(input);
  for (MicroBatch& batch : make_micro_batches(lengths, kTextRows)) {
    for (std::size_t& index : batch.indices) index = written[index];
    impl_->add_likelihoods(texts, batch, memory, sums);
  }
  return sums;
}

}  // namespace specbridge
