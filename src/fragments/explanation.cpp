#include "fragments/explanation.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>

#include "chem/formulas/formula.h"

namespace specbridge {
namespace {

/// Adds up the contributions of explained peaks in their order, as the scores do.
Explanation added_up(std::span<const FragmentPeak> all, std::span<const ExplainedPeak> explained,
                     std::vector<PeakExplanation> peaks) {
  Explanation explanation{std::move(peaks), explained_part(all, explained), 0};
  for (const auto& peak : explanation.peaks) explanation.score += peak.contribution;
  return explanation;
}

/// Hydrogens that are to be lost and not there: "-2H"; "" where there are enough.
std::string lacking_text(int lacking) {
  if (lacking <= 0) return "";
  return lacking == 1 ? "-H" : fmt::format("-{}H", lacking);
}

}  // namespace

ExplainedPart explained_part(std::span<const FragmentPeak> peaks,
                             std::span<const ExplainedPeak> explained) {
  ExplainedPart part{peaks.size(), explained.size(), {}};
  double all = 0, of_explained = 0;
  for (const auto& peak : peaks) all += peak.intensity;
  for (const auto& one : explained) of_explained += one.peak.intensity;
  if (all > 0) part.intensity = std::min(1.0, of_explained / all);
  return part;
}

Explanation explain(std::span<const FragmentPeak> peaks, const Fragmentation& molecule,
                    const FragmentedIon& ion, const FragmentModel& model) {
  const auto explained = explain_peaks(peaks, molecule, ion);
  FragmentIdentities identities(molecule);
  CandidateFeatures features;
  for (const auto& peak : explained) features.add(peak, molecule, identities, ion);
  std::vector<PeakExplanation> best;
  for (std::size_t i = 0; i < explained.size(); ++i) {
    const auto& hypotheses = features.peaks()[i];
    const auto found = model.best_of(features, hypotheses);
    best.push_back({explained[i].peak, explained[i].hypotheses[found.hypothesis - hypotheses.first],
                    FragmentModel::contribution(hypotheses.weight, found.value)});
  }
  return added_up(peaks, explained, std::move(best));
}

Explanation explain(std::span<const FragmentPeak> peaks, const Fragmentation& molecule,
                    const FragmentedIon& ion) {
  const auto explained = explain_peaks(peaks, molecule, ion);
  std::vector<PeakExplanation> cheapest;
  for (const auto& peak : explained) {
    cheapest.push_back({peak.peak, peak.hypotheses.front(), fixed_contribution(peak)});
  }
  return added_up(peaks, explained, std::move(cheapest));
}

std::string ion_formula(const Hypothesis& hypothesis, const Fragmentation& molecule,
                        const FragmentedIon& ion) {
  constexpr unsigned kHydrogen = 1;
  std::map<unsigned, int> counts;
  molecule.fragments[hypothesis.fragment].atoms.for_each([&](std::size_t i) {
    const auto& atom = molecule.graph.atoms[i];
    ++counts[atom.element];
    counts[kHydrogen] += atom.hydrogens;
  });
  counts[kHydrogen] += hypothesis.hydrogens;
  std::string plain;
  for (const auto& [element, count] : counts) {
    if (count > 0) plain += fmt::format("{}{}", element_symbol(element), count);
  }
  plain += ion.metals[hypothesis.metals].text;
  return fmt::format("{}{}{}", hill_formula(plain).value_or(plain),
                     lacking_text(-counts[kHydrogen]), ion.charge > 0 ? '+' : '-');
}

double error_ppm(const PeakExplanation& peak) {
  const double error = peak.hypothesis.error;
  return error / (peak.peak.mz - error) * 1e6;
}

std::string bond_text(const StructureGraph& graph, const StructureGraph::Bond& bond) {
  constexpr std::array kSigns = {'-', '=', '#', ':'};
  const char sign = kSigns.at(static_cast<std::size_t>(bond.order) - 1);
  return fmt::format("{}{}{}{}{}", element_symbol(graph.atoms[bond.first].element), bond.first,
                     sign, element_symbol(graph.atoms[bond.second].element), bond.second);
}

}  // namespace specbridge
