#include "search/evidence/scorer.h"

namespace specbridge {

ScoreColumn::ScoreColumn(const ScoringBlock& block) : ends_{0} {
  for (const auto* set : block.sets) ends_.push_back(ends_.back() + set->rows.size());
  values_.assign(ends_.back(), kMissing);
}

}  // namespace specbridge
