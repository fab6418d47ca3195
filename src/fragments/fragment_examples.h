#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "chem/molecule.h"
#include "fragments/fragment_training.h"
#include "fragments/fragmented_ion.h"
#include "specbridge/context.h"

namespace specbridge {

/// A spectrum of a known molecule, as the fragment score sees it.
struct FragmentSpectrum {
  std::vector<FragmentPeak> peaks;
  FragmentedIon ion;
  std::size_t molecule = 0;  ///< position in a list of molecules
};

/// The molecules that training tells a molecule from: isomers of it.
using Decoys = std::vector<Molecule>;

struct FragmentExampleSettings {
  std::size_t spectra = 4;  ///< of a molecule at most, drawn at random
  std::uint64_t seed = 1;
};

/// Examples for train_fragments(): each spectrum with its molecule and that molecule's decoys. The
/// spectra of a molecule weigh 1 / root of their number each. Molecules without a decoy, without
/// fragments or without a spectrum have no example.
/// @param decoys of each molecule, in the order of `molecules`
std::vector<FragmentExample> fragment_examples(std::span<const FragmentSpectrum> spectra,
                                               std::span<const Molecule> molecules,
                                               std::span<const Decoys> decoys,
                                               const FragmentExampleSettings& settings,
                                               const RunContext& context);

}  // namespace specbridge
