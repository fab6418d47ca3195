#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "chem/molecule.h"
#include "encode/spectrum_encoder.h"
#include "fragments/fragment_examples.h"
#include "ms/input_files.h"
#include "specbridge/context.h"
#include "specbridge/record_name.h"
#include "train/trainer.h"

namespace specbridge {

/// Spectra with their structures, ready to train on. Example::molecule counts over `molecules`.
struct LabelledSpectra {
  std::vector<Example> examples;
  std::vector<RecordName> names;                   ///< of the examples, as read
  std::vector<FragmentSpectrum> for_fragments;     ///< where kept: whose ion can be taken apart
  std::vector<Molecule> molecules;                 ///< distinct, in order of first appearance
  std::map<std::string, std::size_t> skipped;      ///< records that cannot be used, by reason
  std::vector<RecordName> skipped_names;           ///< of those
  std::map<std::string, std::size_t> adducts;      ///< examples by adduct, where one is known
  std::map<std::string, std::size_t> instruments;  ///< examples by instrument, where one is stated
};

/// Whether the peaks that a fragment score is fitted to are kept.
enum class FragmentPeaks { keep, skip };

/// Reads every MS2 record that has peaks, a precursor and a structure.
/// @throws InputError when no record is usable
LabelledSpectra read_labelled(const SpectraInputs& inputs, const SpectrumEncoderInfo& encoder,
                              FragmentPeaks peaks, const RunContext& context);

/// Makes one molecule, the first, of those with one first InChIKey block: whose spectra no one can
/// tell apart by structure. The fragment spectra must not have been kept.
void join_structures(LabelledSpectra& labelled);

/// Permutes the molecules among the spectra, for a control that has nothing to learn.
void shuffle_labels(std::vector<Example>& examples, std::uint64_t seed);

}  // namespace specbridge
