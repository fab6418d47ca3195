#include "search/evidence/explained.h"

#include <fmt/format.h>

#include "chem/graphs/structure_graph.h"
#include "fragments/annotation.h"
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
  ExplainedShare share;
  double all = 0, explained = 0;
  for (const auto& peak : peaks) all += peak.intensity;
  for (const auto& peak : explain_peaks(peaks, molecule, std::get<FragmentedIon>(ion))) {
    ++share.peaks;
    explained += peak.peak.intensity;
  }
  if (all > 0) share.intensity = static_cast<float>(explained / all);
  return share;
}

}  // namespace specbridge
