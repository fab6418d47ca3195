#pragma once

#include <cstddef>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "specbridge/adduct.h"
#include "specbridge/context.h"
#include "specbridge/existing.h"
#include "specbridge/spectrum_reader.h"
#include "specbridge/tolerance.h"

namespace specbridge {

/// Which candidates a query is ranked against.
enum class CandidateMode { mass_window, formula, pools, open };

/// What `specbridge search` is asked for.
struct SearchConfig {
  std::vector<std::filesystem::path> spectra;  ///< files, folders, "-"
  std::optional<SpectrumFormat> format;        ///< of the spectra; absent: told by content
  std::filesystem::path model;
  std::optional<std::filesystem::path> library;     ///< needed by every mode but pools
  std::optional<std::filesystem::path> candidates;  ///< pools
  std::filesystem::path out;                        ///< "-": standard output
  CandidateMode mode = CandidateMode::mass_window;
  Tolerance tolerance;
  std::vector<Adduct> adducts;  ///< tried where a record states none that can be read
  std::string formula;          ///< for all queries; empty: each record's own
  std::size_t k = 10;           ///< 0: all candidates
  std::size_t batch = 256;      ///< spectra in work at a time; never changes a result
  std::size_t effort = 0;       ///< IVF lists to visit in an open search; 0: default
  Existing existing = Existing::refuse;
  std::optional<std::filesystem::path> run_json;  ///< absent: beside `out`; none for "-"
  std::optional<std::filesystem::path> rejects;   ///< table of the records that cannot be used
  std::optional<std::size_t> max_errors;          ///< how many may be unusable; absent: all
};

/// What was read from one input file.
struct SpectraFileCount {
  std::string path;
  std::string format;  ///< "mgf", "mzml" ...
  std::size_t queries = 0, ms1_scans = 0;
};

struct SearchReport {
  std::size_t queries = 0, answered = 0, ms1_scans = 0;
  std::map<std::string, std::size_t> unanswered;  ///< by status
  std::size_t unusable = 0;          ///< of these: the record is at fault, not the library
  std::size_t charge_conflicts = 0;  ///< charge or ion mode is not that of the adduct
  std::map<std::string, std::size_t> oddities;        ///< what files do oddly, in words
  std::map<std::string, std::size_t> unseen_adducts;  ///< queries of adducts not in the training
  std::vector<SpectraFileCount> files;
};

/// Writes the hits table, the record of the run beside it, and the table of rejects where asked.
/// @throws UsageError, InputError (also when more records than max_errors are unusable),
/// ArtifactError, OutputError, ResourceError
SearchReport run_search(const SearchConfig& config, const RunContext& context);

}  // namespace specbridge
