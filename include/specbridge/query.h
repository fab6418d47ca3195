#pragma once

#include <cstddef>
#include <memory>
#include <optional>

#include "specbridge/ion_of_spectrum.h"
#include "specbridge/record_name.h"
#include "specbridge/spectrum.h"
#include "specbridge/status.h"

namespace specbridge {

struct StatedStructure;

/// Where a record stands in the inputs of a run.
struct RecordPlace {
  std::size_t file = 0;    ///< of the inputs, from 0
  std::size_t record = 0;  ///< of the spectra of its file, from 0; MS1 scans count
};

/// One MS2 record and all that is known of it, worked out once.
struct Query {
  RecordName name;
  Spectrum spectrum;
  IonOfSpectrum ion;
  std::optional<Refusal> refusal;  ///< why it cannot be encoded
  /// What its SMILES stands for, where somebody asked; nullptr: nobody did, or it states none.
  std::shared_ptr<const StatedStructure> structure = {};
  RecordPlace place = {};
};

}  // namespace specbridge
