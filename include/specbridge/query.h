#pragma once

#include <memory>
#include <optional>

#include "specbridge/ion_of_spectrum.h"
#include "specbridge/record_name.h"
#include "specbridge/spectrum.h"
#include "specbridge/status.h"

namespace specbridge {

struct StatedStructure;

/// One MS2 record and all that is known of it, worked out once.
struct Query {
  RecordName name;
  Spectrum spectrum;
  IonOfSpectrum ion;
  std::optional<Refusal> refusal;  ///< why it cannot be encoded
  /// What its SMILES stands for, where somebody asked; nullptr: nobody did, or it states none.
  std::shared_ptr<const StatedStructure> structure = {};
};

}  // namespace specbridge
