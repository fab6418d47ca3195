#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "fragments/annotation.h"
#include "fragments/fragment_model.h"

namespace specbridge {

/// How much of a spectrum a molecule explains.
struct ExplainedPart {
  std::size_t peaks = 0;      ///< those that fragments are to explain
  std::size_t explained = 0;  ///< of them
  /// Of the sum of their intensities that of the explained ones, in [0, 1]; nothing without peaks.
  std::optional<double> intensity;
};

/// @param peaks fragment_peaks() of the spectrum
/// @param explained what explain_peaks() makes of them
ExplainedPart explained_part(std::span<const FragmentPeak> peaks,
                             std::span<const ExplainedPeak> explained);

/// What a peak is by the hypothesis that counts in the score.
struct PeakExplanation {
  FragmentPeak peak;
  Hypothesis hypothesis;
  double contribution = 0;  ///< to the score
};

/// How a molecule explains a spectrum.
struct Explanation {
  std::vector<PeakExplanation> peaks;  ///< those that are explained, the most intense first
  ExplainedPart part;
  double score = 0;  ///< the sum of the contributions, in their order
};

/// By the learned score: of each peak the hypothesis that is worth most. The score is that of
/// FragmentModel::score(). Thread-safe.
Explanation explain(std::span<const FragmentPeak> peaks, const Fragmentation& molecule,
                    const FragmentedIon& ion, const FragmentModel& model);
/// By fixed_score(): of each peak the hypothesis that costs least. Thread-safe.
Explanation explain(std::span<const FragmentPeak> peaks, const Fragmentation& molecule,
                    const FragmentedIon& ion);

/// What an ion is made of, in Hill order with the charge: atoms of the fragment, hydrogens gained
/// and lost, metals, as in "C7H6NaO3+". Labelled atoms count as their elements. Hydrogens that the
/// fragment does not have to lose stand behind: "C6Cl5-2H+".
std::string ion_formula(const Hypothesis& hypothesis, const Fragmentation& molecule,
                        const FragmentedIon& ion);

/// Measured less theoretical m/z, in parts per million of the theoretical.
double error_ppm(const PeakExplanation& peak);

/// A bond by the elements and positions of its atoms in the graph and its order: "C3-O4", "C1=O2",
/// "C1#N2", aromatic "C5:C6".
std::string bond_text(const StructureGraph& graph, const StructureGraph::Bond& bond);

}  // namespace specbridge
