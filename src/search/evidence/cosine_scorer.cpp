#include "search/evidence/cosine_scorer.h"

#include <vector>

namespace specbridge {
namespace {

class CosineScorer final : public Scorer {
 public:
  const EvidenceKind& kind() const noexcept override { return kind_; }
  void score(const ScoringBlock& block, ScoreColumn& column,
             const RunContext& context) const override {
    std::vector<ScoreRequest> requests;
    for (std::size_t i = 0; i < block.size(); ++i) {
      requests.push_back({block.vectors[i], &block.sets[i]->rows, column.of(i)});
    }
    block.rows->scores_of_many(requests, context);
  }

 private:
  EvidenceKind kind_{"cosine", Direction::higher_is_better, "1"};
};

}  // namespace

std::unique_ptr<Scorer> make_cosine_scorer(const EvidenceSources& sources) {
  if (sources.vectors == CandidateVectors::missing) return nullptr;
  return std::make_unique<CosineScorer>();
}

}  // namespace specbridge
