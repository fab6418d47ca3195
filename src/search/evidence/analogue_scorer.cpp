#include "search/evidence/analogue_scorer.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "base/parallel.h"
#include "search/evidence/candidate_pairs.h"
#include "search/references/reference_spectra.h"

namespace specbridge {
namespace {

class AnalogueScorer final : public Scorer {
 public:
  explicit AnalogueScorer(std::shared_ptr<const ReferenceSpectra> references)
      : references_(std::move(references)) {}
  const EvidenceKind& kind() const noexcept override { return kind_; }
  void score(const ScoringBlock& block, ScoreColumn& column,
             const RunContext& context) const override {
    if (block.spectra.empty()) return;
    std::vector<std::vector<Analogue>> analogues(block.size());
    parallel_for(block.size(), context.threads, [&](std::size_t query) {
      context.check_interrupt();
      if (block.queries[query] == nullptr) return;
      analogues[query] = references_->analogues({*block.queries[query], block.spectra[query], {}});
    });
    for_each_molecule(block, context, [&](std::span<const CandidatePair> pairs) {
      const auto words = fingerprint_words(block.molecules->text(pairs.front().row).smiles);
      for (const CandidatePair& pair : pairs) {
        column.of(pair.query)[pair.place] = nearness(words, analogues[pair.query]);
      }
    });
  }

 private:
  float nearness(FingerprintWords candidate, const std::vector<Analogue>& analogues) const {
    constexpr double kShareOfSum = 1.0 / 30;
    double largest = 0, squares = 0;
    for (const Analogue& analogue : analogues) {
      const double product =
          analogue.similarity *
          tanimoto(candidate, references_->library().fingerprint_of(analogue.molecule));
      largest = std::max(largest, product);
      squares += product * product;
    }
    return static_cast<float>(largest + kShareOfSum * squares);
  }

  EvidenceKind kind_{kAnalogueEvidence, Direction::higher_is_better, "1"};
  std::shared_ptr<const ReferenceSpectra> references_;
};

}  // namespace

std::unique_ptr<Scorer> make_analogue_scorer(const EvidenceSources& sources) {
  const auto& references = sources.references;
  if (references == nullptr || references->propagation() == Analogues::leave_out) return nullptr;
  return std::make_unique<AnalogueScorer>(references);
}

}  // namespace specbridge
