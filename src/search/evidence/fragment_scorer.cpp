#include "search/evidence/fragment_scorer.h"

#include <utility>
#include <variant>

#include "chem/graphs/structure_graph.h"
#include "fragments/molecule_scorer.h"
#include "search/evidence/candidate_pairs.h"
#include "search/evidence/explained.h"

namespace specbridge {
namespace {

class FragmentScorer final : public Scorer {
 public:
  explicit FragmentScorer(std::shared_ptr<const FragmentModel> model) : model_(std::move(model)) {}
  const EvidenceKind& kind() const noexcept override { return kind_; }
  /// Molecules are taken apart once for all queries of the block.
  void score(const ScoringBlock& block, ScoreColumn& column,
             const RunContext& context) const override {
    if (block.peaks.empty()) return;
    for_each_molecule(block, context, [&](std::span<const CandidatePair> pairs) {
      score_molecule(pairs, block, column);
    });
  }

 private:
  void score_molecule(std::span<const CandidatePair> pairs, const ScoringBlock& block,
                      ScoreColumn& column) const {
    const auto text = block.molecules->text(pairs.front().row);
    const Fragmentation molecule = fragment(structure_graph(text.smiles));
    if (molecule.fragments.empty()) return;
    MoleculeScorer scorer(*model_, molecule);
    for (const CandidatePair& pair : pairs) {
      const auto ion = fragmented_ion_of(*block.queries[pair.query], text.exact_mass);
      const auto* apart = std::get_if<FragmentedIon>(&ion);
      if (apart == nullptr) continue;
      column.of(pair.query)[pair.place] =
          static_cast<float>(scorer.score(block.peaks[pair.query], *apart));
    }
  }

  EvidenceKind kind_{"fragments", Direction::higher_is_better, "1"};
  std::shared_ptr<const FragmentModel> model_;
};

}  // namespace

std::unique_ptr<Scorer> make_fragment_scorer(const EvidenceSources& sources) {
  if (sources.fragments == nullptr) return nullptr;
  return std::make_unique<FragmentScorer>(sources.fragments);
}

}  // namespace specbridge
