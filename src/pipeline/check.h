#pragma once

#include <cstddef>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "specbridge/context.h"
#include "specbridge/spectrum_reader.h"
#include "specbridge/tolerance.h"

namespace specbridge {

/// What `specbridge check` is asked for.
struct CheckConfig {
  std::vector<std::filesystem::path> spectra;  ///< files, folders, "-"
  std::optional<SpectrumFormat> format;        ///< absent: told by content
  Tolerance tolerance;  ///< beyond it precursor, adduct and structure disagree
};

/// One thing to know about a file.
struct CheckFinding {
  std::string reason;    ///< a status of the hits table, or a name of its own
  bool skipped = false;  ///< a search by mass window leaves these records without hits
  std::size_t count = 0;
  std::vector<std::string> examples;  ///< "file:line: id: what", a few
  std::string remedy;
};

/// What one file holds. Of MS1 scans only the number is looked at.
struct CheckedFile {
  std::string path;
  std::string format;  ///< "" when the file cannot be read at all
  std::string error;   ///< why it cannot be read (further)
  std::size_t spectra = 0, usable = 0, with_structure = 0;
  std::size_t electron = 0;  ///< of the usable: of electron ionisation
  std::map<int, std::size_t> levels;
  std::map<std::string, std::size_t> polarities;  ///< "positive", "negative", "unknown"
  std::map<std::string, std::size_t> adducts;     ///< canonical where they can be read
  std::optional<double> lowest_precursor, highest_precursor;
  std::size_t peaks = 0, fewest_peaks = 0, most_peaks = 0;  ///< of MS2 records
  std::vector<CheckFinding> findings;
};

struct CheckReport {
  std::vector<CheckedFile> files;
  std::size_t usable() const;
};

/// Reads every record of every file; needs no model.
/// @throws UsageError, InputError for a folder without spectra
CheckReport run_check(const CheckConfig& config, const RunContext& context);

// Defined in pipeline/check_text.cpp.

/// For machines.
std::string to_json(const CheckReport& report);
/// For people.
std::string to_table(const CheckReport& report);

}  // namespace specbridge
