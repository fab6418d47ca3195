#pragma once

#include <cstddef>
#include <filesystem>
#include <string>

#include "mces/mces.h"
#include "specbridge/context.h"
#include "specbridge/existing.h"
#include "specbridge/mces_options.h"

namespace specbridge {

/// What `specbridge mces` is asked for.
struct McesConfig {
  std::filesystem::path pairs;  ///< what PairReader takes; "-": standard input
  std::filesystem::path out;    ///< "-": standard output
  McesOptions options;
  Existing existing = Existing::refuse;
};

/// What came of it: rows = exact + beyond + capped + unreadable.
struct McesReport {
  std::size_t rows = 0;
  std::size_t exact = 0;       ///< the distance is proven
  std::size_t beyond = 0;      ///< beyond the threshold: the value of myopic MCES
  std::size_t capped = 0;      ///< given up: the proven lower bound
  std::size_t unreadable = 0;  ///< rows without a distance
  std::string first_problem;   ///< why the first of these has none
};

/// The counts as JSON text.
std::string to_json(const McesReport& report);

/// Writes the table of distances, one row for each pair in the order of the input. Memory does not
/// grow with the number of pairs.
/// @throws UsageError, InputError (also when no pair can be read), OutputError, Interrupted
McesReport run_mces(const McesConfig& config, const RunContext& context);

}  // namespace specbridge
