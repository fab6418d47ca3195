#pragma once

#include <cstddef>
#include <filesystem>
#include <string>
#include <vector>

#include "specbridge/context.h"
#include "specbridge/existing.h"

namespace specbridge {

/// What `specbridge make-encoder morgan` is asked for.
struct MorganConfig {
  std::vector<std::filesystem::path> molecules;  ///< tables the idf weights are counted over
  std::vector<std::filesystem::path> exclude;  ///< tables or spectra whose structures are left out
  std::filesystem::path out;
  std::size_t dim = 768;
  unsigned radius = 2;
  Existing existing = Existing::refuse;
};

struct MorganReport {
  std::size_t read = 0, used = 0, excluded = 0, duplicates = 0, rejected = 0;
  std::size_t environments = 0;
};

/// The counts as JSON text.
std::string to_json(const MorganReport& report);

/// Writes a molecule-encoder directory of the kind `morgan`; excluded are matched by inchikey14.
/// @throws UsageError, InputError, OutputError
MorganReport run_make_morgan(const MorganConfig& config, const RunContext& context);

}  // namespace specbridge
