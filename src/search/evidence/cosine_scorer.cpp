#include "search/evidence/cosine_scorer.h"

#include "base/parallel.h"

namespace specbridge {
namespace {

class CosineScorer final : public Scorer {
 public:
  const EvidenceKind& kind() const noexcept override { return kind_; }
  void score(const ScoringBlock& block, ScoreColumn& column,
             const RunContext& context) const override {
    parallel_for(block.size(), context.threads, [&](std::size_t i) {
      block.rows->scores(block.vectors[i], block.sets[i]->rows, column.of(i));
    });
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
