#include "pipeline/explain/explained_answer.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>
#include <variant>

#include "base/text.h"
#include "chem/graphs/structure_graph.h"
#include "specbridge/adduct.h"

namespace specbridge {
namespace {

/// What an answer is taken apart with, or why it cannot be.
struct Apart {
  std::optional<FragmentedIon> ion;
  Fragmentation molecule;
  std::string problem;
};

std::variant<FragmentedIon, std::string> listed_ion(const ListedAnswer& listed) {
  const auto adduct = parse_adduct(listed.adduct);
  if (adduct) return fragmented_ion(*adduct);
  return listed.adduct.empty()
             ? std::string("the table states no adduct")
             : fmt::format("the adduct \"{}\" cannot be read", one_line(listed.adduct, 60));
}

Apart taken_apart(const Molecule& molecule, const ListedAnswer& listed) {
  Apart apart;
  auto ion = listed_ion(listed);
  if (auto* problem = std::get_if<std::string>(&ion)) {
    apart.problem = std::move(*problem);
    return apart;
  }
  apart.ion = std::get<FragmentedIon>(std::move(ion));
  apart.molecule = fragment(structure_graph(molecule));
  const auto problem = problem_of(apart.molecule.extent);
  if (!problem.empty()) apart.problem = fmt::format("the molecule has {}", problem);
  return apart;
}

ExplainedIon ion_of_peak(const PeakExplanation& peak, const Apart& apart) {
  const auto& [graph, extent, fragments] = apart.molecule;
  const Fragment& piece = fragments[peak.hypothesis.fragment];
  ExplainedIon ion;
  ion.formula = ion_formula(peak.hypothesis, apart.molecule, *apart.ion);
  piece.atoms.for_each([&](std::size_t atom) { ion.atoms.push_back(static_cast<int>(atom)); });
  for (const auto place : piece.broken_bonds()) {
    ion.bonds.push_back(bond_text(graph, graph.bonds[place]));
  }
  ion.hydrogens = peak.hypothesis.hydrogens;
  ion.radical = peak.hypothesis.radical;
  ion.error_ppm = error_ppm(peak);
  ion.contribution = peak.contribution;
  return ion;
}

void spell_pieces(std::vector<ExplainedIon>& ions, const Molecule& molecule) {
  std::vector<std::vector<int>> pieces;
  for (const auto& ion : ions) pieces.push_back(ion.atoms);
  auto texts = piece_smiles(molecule.smiles(), pieces);
  for (std::size_t i = 0; i < ions.size(); ++i) ions[i].smiles = std::move(texts[i]);
}

/// What is no number stands at the end.
double place_by_mz(const AnswerPeak& peak) {
  return std::isnan(peak.peak.mz) ? std::numeric_limits<double>::infinity() : peak.peak.mz;
}

/// All peaks of the spectrum by m/z, with the ions of those that are explained.
std::vector<AnswerPeak> with_ions(const std::vector<JudgedPeak>& judged,
                                  const std::vector<PeakExplanation>& explained,
                                  std::vector<ExplainedIon> ions) {
  std::vector<AnswerPeak> peaks;
  for (const auto& [peak, use] : judged) peaks.push_back({peak, use, {}});
  for (std::size_t i = 0; i < ions.size(); ++i) {
    const auto same = [&](const AnswerPeak& one) {
      return one.use == PeakUse::read && one.peak.rank == explained[i].peak.rank;
    };
    std::ranges::find_if(peaks, same)->ion = std::move(ions[i]);
  }
  std::ranges::stable_sort(peaks, {}, place_by_mz);
  return peaks;
}

void explain_peaks_of(const Spectrum& spectrum, const Apart& apart, const FragmentModel* model,
                      ExplainedAnswer& answer) {
  const auto judged = judged_peaks(spectrum);
  const auto read = read_peaks(judged);
  auto found = model == nullptr ? explain(read, apart.molecule, *apart.ion)
                                : explain(read, apart.molecule, *apart.ion, *model);
  std::vector<ExplainedIon> ions;
  for (const auto& peak : found.peaks) ions.push_back(ion_of_peak(peak, apart));
  spell_pieces(ions, *answer.molecule);
  answer.part = found.part;
  answer.score = found.score;
  answer.extent = apart.molecule.extent;
  answer.peaks = with_ions(judged, found.peaks, std::move(ions));
}

}  // namespace

std::string_view status_of(const AnswerPeak& peak) {
  if (peak.ion) return "explained";
  return peak.use == PeakUse::read ? "unexplained" : to_string(peak.use);
}

std::string_view to_string(AnswerState state) {
  switch (state) {
    case AnswerState::explained:
      return "explained";
    case AnswerState::not_taken_apart:
      return "not_taken_apart";
    case AnswerState::no_answer:
      return "no_answer";
  }
  return "";
}

ExplainedAnswer explain_answer(const Query& query, const ListedAnswer& listed,
                               const FragmentModel* model) {
  ExplainedAnswer answer;
  answer.query = query.name;
  answer.precursor_mz = query.spectrum.precursor_mz;
  answer.listed = listed;
  if (!listed.rank) {
    answer.state = AnswerState::no_answer;
    answer.message = listed.message;
    return answer;
  }
  answer.state = AnswerState::not_taken_apart;
  auto molecule = standardize(listed.smiles);
  if (const auto* rejection = std::get_if<Rejection>(&molecule)) {
    answer.message = listed.smiles.empty() ? "the table states no SMILES" : rejection->message;
    return answer;
  }
  answer.molecule = std::get<Molecule>(std::move(molecule));
  if (query.spectrum.kind == SpectrumKind::electron) {
    answer.message = "fragments are not looked for in spectra of electron ionisation";
    return answer;
  }
  const Apart apart = taken_apart(*answer.molecule, listed);
  answer.message = apart.problem;
  if (!apart.problem.empty()) return answer;
  answer.state = AnswerState::explained;
  explain_peaks_of(query.spectrum, apart, model, answer);
  return answer;
}

}  // namespace specbridge
