#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "fragments/fragmented_ion.h"
#include "fragments/fragmenter.h"
#include "fragments/peaks.h"

namespace specbridge {

/// How far a measured m/z may be from a fragment's: the larger of the two.
struct FragmentTolerance {
  double ppm = 10, da = 0.003;
  double at(double mz) const;
};

/// What a peak may be: a fragment with some hydrogens more or fewer than it has in the molecule.
struct Hypothesis {
  std::uint32_t fragment = 0;   ///< position in Fragmentation::fragments
  std::int8_t hydrogens = 0;    ///< gained, or lost where negative
  std::uint8_t metals = 0;      ///< position in FragmentedIon::metals
  std::uint8_t rearranged = 0;  ///< hydrogens beyond those that the charge asks for
  bool radical = false;         ///< the ion has an odd number of electrons
  float error = 0;              ///< measured - theoretical, Da
  float cost = 0;               ///< of its bonds and hydrogens, see hypotheses_of()
};

/// As many hypotheses of a peak are weighed in a score.
inline constexpr std::size_t kMostHypotheses = 8;

/// What a peak may be, by ascending cost, at most `most`. Gained hydrogens are compared with those
/// that the charge asks for (one more in positive mode, one fewer in negative mode, as far as the
/// fragment's own charges and metals do not carry it); they may differ by one more than there are
/// broken bonds. Cost: that of the bonds, 1 for each hydrogen beyond one a broken bond, 1 for a
/// radical, and a quarter for each hydrogen.
std::vector<Hypothesis> hypotheses_of(const FragmentPeak& peak, const Fragmentation& molecule,
                                      const FragmentedIon& ion, std::size_t most = kMostHypotheses,
                                      const FragmentTolerance& tolerance = {});
/// The same, in place of what `found` holds: its memory is used again.
void find_hypotheses(const FragmentPeak& peak, const Fragmentation& molecule,
                     const FragmentedIon& ion, std::vector<Hypothesis>& found,
                     std::size_t most = kMostHypotheses, const FragmentTolerance& tolerance = {});

/// A peak and what it may be; at least one hypothesis.
struct ExplainedPeak {
  FragmentPeak peak;
  std::vector<Hypothesis> hypotheses;
};

/// The peaks that a molecule can explain, in their order.
std::vector<ExplainedPeak> explain_peaks(std::span<const FragmentPeak> peaks,
                                         const Fragmentation& molecule, const FragmentedIon& ion,
                                         const FragmentTolerance& tolerance = {});

/// What an explained peak adds to the fixed score: the root of its intensity, times 1 - cost / 10
/// of the cheapest hypothesis where that is above 0. Source: after MAGMa (Ridder et al., 2012).
double fixed_contribution(const ExplainedPeak& peak);
/// The sum of what explained peaks add.
double fixed_score(std::span<const ExplainedPeak> peaks);

}  // namespace specbridge
