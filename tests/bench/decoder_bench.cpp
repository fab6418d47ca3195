#include "bench/decoder_bench.h"

#include <ATen/ATen.h>
#include <c10/core/GradMode.h>

#include <algorithm>
#include <cstdint>
#include <span>
#include <utility>
#include <vector>

#include "bench/bench_inputs.h"
#include "decode/beam_search.h"
#include "decode/decoder.h"
#include "decode/decoder_network.h"
#include "decode/sequence_rule.h"
#include "nn/tensors.h"
#include "nn/torch_runtime.h"

namespace specbridge::bench {
namespace {

constexpr std::size_t kBeams = 5, kCandidates = 40, kPeaks = 60, kWords = 50, kTexts = 256;

DecoderInput drawn_input(std::size_t dim) {
  const Matrix rows = unit_rows(kCandidates + 1, dim);
  DecoderInput input{{}, {}, Matrix(kCandidates, dim)};
  input.vector.assign(rows.row(kCandidates).begin(), rows.row(kCandidates).end());
  for (std::size_t i = 0; i < kCandidates; ++i) {
    std::ranges::copy(rows.row(i), input.candidates.row(i).begin());
  }
  for (std::size_t i = 0; i < kPeaks; ++i) {
    input.peaks.rows.push_back(50.0F + 7.3F * static_cast<float>(i));
    input.peaks.rows.push_back(1.0F / static_cast<float>(i + 1));
  }
  return input;
}

/// Texts that are computed anew, as a decoder without kept keys and values does it.
class WholeTexts final : public DecoderStep {
 public:
  WholeTexts(const DecoderNetwork& network, const DecoderInput& input) : network_(network) {
    const c10::NoGradGuard no_gradients;
    const auto tensor = [](std::span<const float> values, at::IntArrayRef sizes) {
      const at::Tensor all = at::empty(sizes, at::kFloat);
      std::ranges::copy(values, all.mutable_data_ptr<float>());
      return all;
    };
    const auto dim = static_cast<std::int64_t>(network.molecule_dim());
    memory_ = network.memory(
        tensor(input.vector, {1, dim}),
        tensor(input.peaks.rows, {1, static_cast<std::int64_t>(input.peaks.count()), 2}),
        tensor(input.candidates.values(),
               {1, static_cast<std::int64_t>(input.candidates.rows()), dim}));
    begin();
  }
  std::size_t vocabulary() const override { return network_.vocabulary().size(); }
  void begin() override { texts_ = {{}}; }
  Matrix next(std::span<const std::size_t> parents, std::span<const Token> tokens) override {
    const c10::NoGradGuard no_gradients;
    std::vector<std::vector<std::int64_t>> grown;
    std::vector<std::int64_t> all;
    for (std::size_t i = 0; i < parents.size(); ++i) {
      grown.push_back(texts_[parents[i]]);
      grown.back().push_back(tokens[i]);
      all.insert(all.end(), grown.back().begin(), grown.back().end());
    }
    texts_ = std::move(grown);
    const at::Tensor given =
        at::tensor(all, at::kLong).view({static_cast<std::int64_t>(texts_.size()), -1});
    return to_matrix(at::log_softmax(network_.logits(given, memory_).select(1, -1), -1));
  }

 private:
  const DecoderNetwork& network_;
  at::Tensor memory_;
  std::vector<std::vector<std::int64_t>> texts_;
};

/// Texts of the same length, whatever the weights say.
class NeverEnding final : public SequenceRule {
 public:
  explicit NeverEnding(Token end) : end_(end) {}
  void limit(std::span<const Token>, std::span<float> logarithms) const override {
    logarithms[end_] = kNever;
  }
  bool accepts(std::span<const Token>) const override { return false; }

 private:
  Token end_;
};

void search(DecoderStep& step, SpecialTokens special) {
  const NeverEnding rule(special.end);
  benchmark::DoNotOptimize(beam_search(step, special, {kBeams, kWords}, &rule));
}

void write_texts(benchmark::State& state, const std::filesystem::path& dir) {
  const Decoder decoder = Decoder::load(dir, {});
  const DecoderInput input = drawn_input(decoder.molecule_dim());
  for ([[maybe_unused]] auto round : state) {
    const auto step = decoder.step(input);
    search(*step, decoder.vocabulary().special());
  }
  state.SetItemsProcessed(state.iterations());
}

void write_texts_anew(benchmark::State& state, const std::filesystem::path& dir) {
  const DecoderNetwork network = DecoderNetwork::load(dir, c10::Device(c10::kCPU));
  const DecoderInput input = drawn_input(network.molecule_dim());
  for ([[maybe_unused]] auto round : state) {
    WholeTexts texts(network, input);
    search(texts, network.vocabulary().special());
  }
  state.SetItemsProcessed(state.iterations());
}

void judge_texts(benchmark::State& state, const std::filesystem::path& dir) {
  const Decoder decoder = Decoder::load(dir, {});
  const DecoderInput input = drawn_input(decoder.molecule_dim());
  const auto words = static_cast<Token>(decoder.vocabulary().size());
  std::vector<std::vector<Token>> texts(kTexts);
  for (std::size_t i = 0; i < kTexts; ++i) {
    for (std::size_t place = 0; place < kWords - i % 16; ++place) {
      texts[i].push_back(static_cast<Token>(3 + (i * 31 + place * 7) % (words - 3)));
    }
  }
  for ([[maybe_unused]] auto round : state) {
    benchmark::DoNotOptimize(decoder.log_likelihoods(input, texts));
  }
  state.SetItemsProcessed(state.iterations());
}

}  // namespace

void add_decoder_benchmarks(
    const std::filesystem::path& dir,
    const std::function<void(const std::string&, std::function<void(benchmark::State&)>)>& add) {
  const std::string of = "/" + dir.filename().string();
  add("write" + of, [dir](benchmark::State& state) { write_texts(state, dir); });
  add("write_anew" + of, [dir](benchmark::State& state) { write_texts_anew(state, dir); });
  add("likelihoods_of_256" + of, [dir](benchmark::State& state) { judge_texts(state, dir); });
}

}  // namespace specbridge::bench
