#include "search/evidence/fragment_scorer.h"

#include <algorithm>
#include <utility>
#include <variant>

#include "base/parallel.h"
#include "chem/graphs/structure_graph.h"
#include "search/evidence/explained.h"

namespace specbridge {
namespace {

/// A candidate of a query that is to be scored.
struct Pair {
  std::size_t row = 0;  ///< of the molecule
  std::uint32_t query = 0, place = 0;
};

/// The chosen candidates of all queries, those of one molecule together.
std::vector<Pair> pairs_of(const ScoringBlock& block) {
  std::vector<Pair> pairs;
  for (std::size_t query = 0; query < block.size(); ++query) {
    if (block.queries[query] == nullptr || block.peaks.empty()) continue;
    block.for_each_chosen(query, [&](std::size_t place, std::size_t row) {
      pairs.push_back({row, static_cast<std::uint32_t>(query), static_cast<std::uint32_t>(place)});
    });
  }
  std::ranges::stable_sort(pairs, {}, &Pair::row);
  return pairs;
}

/// Where the pairs of each molecule begin, and the end.
std::vector<std::size_t> starts_of(std::span<const Pair> pairs) {
  std::vector<std::size_t> starts;
  for (std::size_t i = 0; i < pairs.size(); ++i) {
    if (i == 0 || pairs[i].row != pairs[i - 1].row) starts.push_back(i);
  }
  starts.push_back(pairs.size());
  return starts;
}

class FragmentScorer final : public Scorer {
 public:
  explicit FragmentScorer(std::shared_ptr<const FragmentModel> model) : model_(std::move(model)) {}
  const EvidenceKind& kind() const noexcept override { return kind_; }
  /// Molecules are taken apart once for all queries of the block.
  void score(const ScoringBlock& block, ScoreColumn& column,
             const RunContext& context) const override {
    const auto pairs = pairs_of(block);
    const auto starts = starts_of(pairs);
    parallel_for(starts.size() - 1, context.threads, [&](std::size_t i) {
      context.check_interrupt();
      score_molecule(std::span(pairs).subspan(starts[i], starts[i + 1] - starts[i]), block, column);
    });
  }

 private:
  void score_molecule(std::span<const Pair> pairs, const ScoringBlock& block,
                      ScoreColumn& column) const {
    const auto text = block.molecules->text(pairs.front().row);
    const Fragmentation molecule = fragment(structure_graph(text.smiles));
    if (molecule.fragments.empty()) return;
    FragmentIdentities identities(molecule);
    for (const Pair& pair : pairs) {
      const auto ion = fragmented_ion_of(*block.queries[pair.query], text.exact_mass);
      const auto* apart = std::get_if<FragmentedIon>(&ion);
      if (apart == nullptr) continue;
      column.of(pair.query)[pair.place] = static_cast<float>(
          model_->score(candidate_features(block.peaks[pair.query], molecule, identities, *apart)));
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
