#pragma once

#include <cstddef>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "specbridge/base/context.h"
#include "specbridge/ms/spectrum_reader.h"
#include "specbridge/ms/tolerance.h"
#include "specbridge/store/file.h"

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
  std::string formula;      ///< for all queries; empty: each record's own
  std::size_t k = 10;       ///< 0: all candidates
  std::size_t batch = 256;  ///< spectra in work at a time; never changes a result
  std::size_t effort = 0;   ///< IVF lists to visit in an open search; 0: default
  Existing existing = Existing::refuse;
};

struct SearchReport {
  std::size_t queries = 0, answered = 0, ms1_scans = 0;
  std::map<std::string, std::size_t> unanswered;  ///< by status
};

/// Writes the hits table.
/// @throws UsageError, InputError, ArtifactError, OutputError, ResourceError
SearchReport run_search(const SearchConfig& config, const RunContext& context);

}  // namespace specbridge
