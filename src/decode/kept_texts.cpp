#include "decode/kept_texts.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <cstdint>
#include <utility>
#include <vector>

#include "nn/tensors.h"

namespace specbridge {
namespace {

template <typename Number>
at::Tensor long_row(std::span<const Number> numbers) {
  const at::Tensor row = at::empty({static_cast<std::int64_t>(numbers.size())}, at::kLong);
  std::ranges::copy(numbers, row.mutable_data_ptr<std::int64_t>());
  return row;
}

class KeptTexts final : public DecoderStep {
 public:
  KeptTexts(const TextNetwork& network, at::Tensor memory)
      : network_(network), memory_(std::move(memory)) {
    begin();
  }

  std::size_t vocabulary() const override { return network_.vocabulary().size(); }
  void begin() override {
    const Inferring inferring;
    state_ = network_.begin(memory_);
    common_.assign(state_.size(), false);
  }
  Matrix next(std::span<const std::size_t> parents, std::span<const Token> tokens) override {
    const Inferring inferring;
    const at::Tensor rows = long_row(parents).to(memory_.device());
    for (std::size_t i = 0; i < state_.size(); ++i) {
      if (!common_[i]) state_[i] = state_[i].index_select(0, rows);
    }
    const std::vector<at::Tensor> before = state_;
    auto [logarithms, state] = network_.step(long_row(tokens), std::move(state_));
    state_ = std::move(state);
    for (std::size_t i = 0; i < state_.size(); ++i) {
      common_[i] = before[i].size(0) == 1 && state_[i].is_same(before[i]);
    }
    return to_matrix(logarithms);
  }

 private:
  const TextNetwork& network_;
  at::Tensor memory_;
  std::vector<at::Tensor> state_;
  std::vector<bool> common_;  ///< of these: to all texts
};

}  // namespace

std::unique_ptr<DecoderStep> kept_texts(const TextNetwork& network, at::Tensor memory) {
  return std::make_unique<KeptTexts>(network, std::move(memory));
}

}  // namespace specbridge
