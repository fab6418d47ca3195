#include "search/evidence/explained.h"

#include <fmt/format.h>

#include "chem/graphs/structure_graph.h"
#include "fragments/annotation.h"
#include "fragments/explanation.h"
#include "fragments/fragmenter.h"
#include "specbridge/ion_of_spectrum.h"

namespace specbridge {

std::variant<FragmentedIon, std::string> fragmented_ion_of(const Query& query, double exact_mass) {
  const auto& possible = query.ion.possible;
  if (possible.empty()) return "the ion is not known";
  return fragmented_ion(nearest_ion(possible, exact_mass).adduct);
}

std::variant<ExplainedShare, std::string> explained_share(const Query& query,
                                                          std::span<const FragmentPeak> peaks,
                                                          const MoleculeText& candidate) {
  const auto ion = fragmented_ion_of(query, candidate.exact_mass);
  if (const auto* problem = std::get_if<std::string>(&ion)) return *problem;
  const Fragmentation molecule = fragment(structure_graph(candidate.smiles));
  if (molecule.fragments.empty()) return fmt::format("it has {}", problem_of(molecule.extent));
  const auto part =
      explained_part(peaks, explain_peaks(peaks, molecule, std::get<FragmentedIon>(ion)));
  return ExplainedShare{part.explained, static_cast<float>(part.intensity.value_or(0))};
}

const std::variant<ExplainedShare, std::string>& QueryExplanations::of(std::size_t row) {
  auto found = known_.find(row);
  if (found == known_.end()) {
    found = known_.emplace(row, explained_share(*query_, peaks_, molecules_->text(row))).first;
  }
  return found->second;
}

ExplainedShare QueryExplanations::share_of(std::size_t row) {
  const auto* share = std::get_if<ExplainedShare>(&of(row));
  return share == nullptr ? ExplainedShare{} : *share;
}

}  // namespace specbridge
