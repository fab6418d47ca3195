#include "search/evidence/library_scorer.h"

#include <utility>

#include "base/parallel.h"
#include "search/references/reference_spectra.h"

namespace specbridge {
namespace {

class LibraryScorer final : public Scorer {
 public:
  explicit LibraryScorer(std::shared_ptr<const ReferenceSpectra> references)
      : references_(std::move(references)) {}
  const EvidenceKind& kind() const noexcept override { return kind_; }
  void score(const ScoringBlock& block, ScoreColumn& column,
             const RunContext& context) const override {
    if (block.spectra.empty()) return;
    parallel_for(block.size(), context.threads, [&](std::size_t query) {
      context.check_interrupt();
      if (block.queries[query] != nullptr) score_query(block, query, column.of(query));
    });
  }

 private:
  void score_query(const ScoringBlock& block, std::size_t query, std::span<float> scores) const {
    const auto matches =
        references_->matches({*block.queries[query], block.spectra[query], block.vectors[query]});
    if (matches.empty()) return;
    std::size_t place = 0;
    block.sets[query]->rows.for_each([&](std::size_t row) {
      if (const auto* match = match_of(matches, block.molecules->structure(row))) {
        scores[place] = static_cast<float>(match->best.score);
      }
      ++place;
    });
  }

  EvidenceKind kind_{kLibraryEvidence, Direction::higher_is_better, "1"};
  std::shared_ptr<const ReferenceSpectra> references_;
};

}  // namespace

std::unique_ptr<Scorer> make_library_scorer(const EvidenceSources& sources) {
  if (sources.references == nullptr) return nullptr;
  return std::make_unique<LibraryScorer>(sources.references);
}

}  // namespace specbridge
