#include "search/merging/feature_scores.h"

#include <cmath>

namespace specbridge {

void FeatureScores::add(std::size_t spectrum, const QueryScores& scores) {
  auto& kinds = of_spectra_[spectrum];
  for (const auto& column : scores.table) {
    const auto values = column.of(scores.place);
    kinds.emplace_back(values.begin(), values.end());
  }
}

ScoreTable FeatureScores::mean(const ScoringBlock& block) const {
  ScoreTable table(of_spectra_.front().size(), ScoreColumn(block));
  for (std::size_t kind = 0; kind < table.size(); ++kind) {
    const auto means = table[kind].of(0);
    for (std::size_t i = 0; i < means.size(); ++i) {
      double sum = 0;
      std::size_t known = 0;
      for (const auto& kinds : of_spectra_) {
        const float score = kinds[kind][i];
        if (std::isnan(score)) continue;
        sum += score;
        ++known;
      }
      if (known > 0) means[i] = static_cast<float>(sum / static_cast<double>(known));
    }
  }
  return table;
}

}  // namespace specbridge
