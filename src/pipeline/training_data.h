#pragma once

#include <cstddef>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "pipeline/spectra_inputs.h"
#include "specbridge/align/trainer.h"
#include "specbridge/base/context.h"
#include "specbridge/chem/molecule.h"
#include "specbridge/eval/raw_pools.h"

namespace specbridge {

/// A record among those read.
struct RecordName {
  std::string id;
  std::size_t index = 0;  ///< 0-based number of the MS2 record over all inputs
  OtherNames others = {};
};

/// Spectra with their structures, ready to train on. Example::molecule counts over `molecules`.
struct LabelledSpectra {
  std::vector<Example> examples;
  std::vector<RecordName> names;               ///< of the examples, as read
  std::vector<Molecule> molecules;             ///< distinct, in order of first appearance
  std::map<std::string, std::size_t> skipped;  ///< records that cannot be used, by reason
  std::map<std::string, std::size_t> adducts;  ///< examples by adduct, where one is known
};

/// Reads every MS2 record that has peaks, a precursor and a structure.
/// @throws InputError when no record is usable
LabelledSpectra read_labelled(const SpectraInputs& inputs, const PreprocessProfile& profile,
                              const RunContext& context);

}  // namespace specbridge
