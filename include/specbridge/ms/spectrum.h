#pragma once

#include <optional>
#include <string>
#include <vector>

#include "specbridge/base/error.h"

namespace specbridge {

/// One peak: m/z in Th, intensity in arbitrary units.
struct Peak {
  double mz = 0;
  double intensity = 0;
};

/// A spectrum as its file states it. What a file does not say is absent, never a default.
struct Spectrum {
  std::string id;                      ///< the record's own name, else "file:n"
  SourcePos origin;                    ///< where the record begins
  int ms_level = 2;                    ///< 2 when the file does not say
  std::optional<double> precursor_mz;  ///< Th
  std::optional<int> charge;           ///< signed; absent when unknown or stated as 0
  std::string adduct;                  ///< as written, e.g. "[M+H]+"
  std::string smiles, inchikey, formula;
  std::string instrument, collision_energy, fold;
  std::vector<Peak> peaks;  ///< as written, in file order
  std::string problem;      ///< not empty: the record cannot be read; says why
};

}  // namespace specbridge
