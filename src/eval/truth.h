#pragma once

#include <optional>
#include <string>

#include "chem/molecule.h"
#include "specbridge/record_name.h"
#include "specbridge/status.h"

namespace specbridge {

/// How a spectrum was measured, as its record says; empty or absent where it does not.
struct QueryTraits {
  std::string adduct, instrument, collision_energy;
  std::optional<double> precursor_mz;  ///< Th
};

/// What is known about one MS2 record of the truth file.
struct TruthRecord {
  RecordName name;
  std::optional<Molecule> molecule;  ///< the right answer
  Status status = Status::ok;        ///< otherwise: why the record cannot be evaluated
  QueryTraits traits = {};
};

}  // namespace specbridge
