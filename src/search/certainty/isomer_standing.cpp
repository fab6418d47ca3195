#include "search/certainty/isomer_standing.h"

#include <algorithm>
#include <utility>
#include <variant>

#include "base/random.h"
#include "chem/graphs/isomer_edits.h"
#include "chem/graphs/structure_graph.h"
#include "fragments/molecule_scorer.h"
#include "search/evidence/explained.h"
#include "store/file.h"

namespace specbridge {
namespace {

constexpr std::size_t kListsKept = 20'000;  // some 3 kB each with 32 isomers

std::vector<std::string> isomers_of(std::string_view smiles, std::size_t most) {
  Random random(0, xxhash64(smiles));
  return edited_smiles(smiles, most, random);
}

}  // namespace

MadeIsomers::MadeIsomers(std::shared_ptr<const FragmentModel> model, std::size_t most)
    : model_(std::move(model)),
      isomers_([most](std::string_view smiles) { return isomers_of(smiles, most); }, kListsKept) {}

std::optional<double> MadeIsomers::score(std::string_view smiles,
                                         std::span<const FragmentPeak> peaks,
                                         const FragmentedIon& ion) const {
  const Fragmentation molecule = fragment(structure_graph(smiles));
  if (molecule.fragments.empty()) return {};
  return MoleculeScorer(*model_, molecule).score(peaks, ion);
}

std::optional<IsomerStanding> MadeIsomers::standing(const Query& query,
                                                    std::span<const FragmentPeak> peaks,
                                                    const MoleculeText& molecule) const {
  const auto apart = fragmented_ion_of(query, molecule.exact_mass);
  const auto* ion = std::get_if<FragmentedIon>(&apart);
  if (ion == nullptr) return {};
  const auto own = score(molecule.smiles, peaks, *ion);
  if (!own) return {};
  std::vector<double> scores;
  const auto isomers = isomers_.of(molecule.smiles);
  for (const auto& isomer : *isomers) {
    if (const auto one = score(isomer, peaks, *ion)) scores.push_back(*one);
  }
  if (scores.size() < kFewest) return {};
  const auto as_good = std::ranges::count_if(scores, [&](double one) { return one >= *own; });
  return IsomerStanding{*own - std::ranges::max(scores),
                        static_cast<double>(as_good) / static_cast<double>(scores.size())};
}

std::optional<IsomerStanding> QueryStandings::of(std::size_t row) {
  if (isomers_ == nullptr) return {};
  auto found = known_.find(row);
  if (found == known_.end()) {
    const auto standing = isomers_->standing(*query_, peaks_, molecules_->text(row));
    found = known_.emplace(row, standing.value_or(IsomerStanding{})).first;
  }
  return found->second;
}

}  // namespace specbridge
