#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "fragments/annotation.h"
#include "fragments/environments.h"

namespace specbridge {

/// Features are numbers below this; several may fall together.
inline constexpr std::uint32_t kFragmentFeatures = std::uint32_t{1} << 22U;

/// Appends the features of a hypothesis that its peak has no part in: how many and which bonds
/// break, hydrogens and electrons, what the fragment and its loss are, its mass and that of the
/// loss, how much of the molecule it is. All features tell the ion mode. docs/method/fragments.md
void add_ion_features(const Hypothesis& hypothesis, const Fragmentation& molecule,
                      FragmentIdentities& identities, const FragmentedIon& ion,
                      std::vector<std::uint32_t>& features);
/// And those that it has: mass error, and how large it is.
void add_peak_features(const Hypothesis& hypothesis, const FragmentPeak& peak,
                       const Fragmentation& molecule, const FragmentedIon& ion,
                       std::vector<std::uint32_t>& features);

/// The feature of breaking so many bonds, of which so many are in rings: where training begins.
std::uint32_t cuts_feature(int charge, unsigned cuts, unsigned ring_cuts);

}  // namespace specbridge
