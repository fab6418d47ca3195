#include "pipeline/training/replicate_validation.h"

#include <algorithm>
#include <map>
#include <numeric>
#include <utility>

#include "base/parallel.h"

namespace specbridge {
namespace {

bool have_one_precursor(const Example& a, const Example& b, double ppm) {
  const double larger = std::max(a.precursor_mz(), b.precursor_mz());
  return a.ion_mode * b.ion_mode >= 0 &&
         std::abs(a.precursor_mz() - b.precursor_mz()) <= larger * ppm * 1e-6;
}

class ReplicateValidation final : public Validation {
 public:
  ReplicateValidation(LabelledSpectra labelled, double ppm, const RunContext& context)
      : examples_(std::move(labelled.examples)),
        context_(context),
        others_(equal_precursors(examples_, ppm)) {
    std::map<std::size_t, std::size_t> spectra_of;
    for (const auto& example : examples_) ++spectra_of[example.molecule];
    for (std::size_t i = 0; i < examples_.size(); ++i) {
      if (spectra_of[examples_[i].molecule] > 1) queries_.push_back(i);
    }
  }

  std::vector<PeakRows> inputs() const override {
    std::vector<PeakRows> inputs;
    for (const auto& example : examples_) inputs.push_back(example.input);
    return inputs;
  }
  std::size_t spectra() const override { return queries_.size(); }
  std::size_t answerable() const override {
    return static_cast<std::size_t>(std::ranges::count_if(queries_, [this](std::size_t query) {
      return std::ranges::any_of(others_[query], [&](std::size_t other) {
        return examples_[other].molecule == examples_[query].molecule;
      });
    }));
  }

  ValidationFigures figures(const Matrix& vectors) override {
    std::vector<std::size_t> ranks(queries_.size());
    parallel_for(queries_.size(), context_.threads,
                 [&](std::size_t i) { ranks[i] = rank_of(queries_[i], vectors); });
    ValidationFigures figures;
    const auto share = 1 / static_cast<double>(std::max<std::size_t>(queries_.size(), 1));
    for (const std::size_t rank : ranks) {
      if (rank == 0) continue;
      figures.recall_at_1 += rank <= 1 ? share : 0;
      figures.recall_at_5 += rank <= 5 ? share : 0;
      figures.recall_at_20 += rank <= 20 ? share : 0;
      figures.mrr += share / static_cast<double>(rank);
    }
    return figures;
  }

 private:
  /// 0: no spectrum of equal precursor is a replicate.
  std::size_t rank_of(std::size_t query, const Matrix& vectors) const {
    std::map<std::size_t, float> best;  // cosine by molecule
    for (const std::size_t other : others_[query]) {
      const float cosine = dot(vectors.row(query), vectors.row(other));
      const auto [it, fresh] = best.try_emplace(examples_[other].molecule, cosine);
      if (!fresh) it->second = std::max(it->second, cosine);
    }
    const auto own = best.find(examples_[query].molecule);
    if (own == best.end()) return 0;
    // The molecule itself is one of those that are at least as near.
    return static_cast<std::size_t>(std::ranges::count_if(
        best, [&](const auto& entry) { return entry.second >= own->second; }));
  }

  std::vector<Example> examples_;
  const RunContext& context_;
  std::vector<std::vector<std::size_t>> others_;
  std::vector<std::size_t> queries_;
};

}  // namespace

std::vector<std::vector<std::size_t>> equal_precursors(std::span<const Example> examples,
                                                       double ppm) {
  std::vector<std::size_t> order(examples.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::stable_sort(order, {}, [&](std::size_t i) { return examples[i].precursor_mz(); });
  std::vector<std::vector<std::size_t>> others(examples.size());
  for (std::size_t a = 0; a < order.size(); ++a) {
    const Example& lower = examples[order[a]];
    for (std::size_t b = a + 1; b < order.size(); ++b) {
      const Example& upper = examples[order[b]];
      if (upper.precursor_mz() - lower.precursor_mz() > upper.precursor_mz() * ppm * 1e-6) break;
      if (!have_one_precursor(lower, upper, ppm)) continue;
      others[order[a]].push_back(order[b]);
      others[order[b]].push_back(order[a]);
    }
  }
  for (auto& rows : others) std::ranges::sort(rows);
  return others;
}

std::unique_ptr<Validation> make_replicate_validation(LabelledSpectra labelled, double ppm,
                                                      const RunContext& context) {
  return std::make_unique<ReplicateValidation>(std::move(labelled), ppm, context);
}

}  // namespace specbridge
