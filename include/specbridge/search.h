#pragma once

#include <cstddef>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "specbridge/context.h"
#include "specbridge/existing.h"
#include "specbridge/hits_format.h"
#include "specbridge/search_report.h"
#include "specbridge/searcher.h"
#include "specbridge/spectrum_reader.h"

namespace specbridge {

/// What is asked of first answers; a query whose first answer falls short gets none.
struct AnswerLimits {
  std::optional<double> min_probability = {};  ///< that it is right
  std::optional<double> max_q = {};            ///< the share of wrong ones among all as certain
};

/// Whether spectra are answered together.
enum class Merge {
  none,
  /// Those of one feature: of one file and ion, with precursors within the tolerance, and with the
  /// same FEATURE_ID; without one, with the same name or retention times within 0.1 min.
  feature,
};
/// @throws UsageError for other names
Merge parse_merge(std::string_view name);

/// What `specbridge search` is asked for.
struct SearchConfig {
  std::vector<std::filesystem::path> spectra;  ///< files, folders, "-"
  std::optional<SpectrumFormat> format;        ///< of the spectra; absent: told by content
  SearchSources sources;
  RankOptions options;
  AnswerLimits limits;
  Merge merge = Merge::none;  ///< needs spectra that can be read twice
  std::filesystem::path out;  ///< "-": standard output
  /// How the hits are written; nothing: as the ending of `out` promises, else as a table.
  std::optional<HitsFormat> hits_format = {};
  std::optional<std::filesystem::path> mzmine = {};  ///< annotations for MZmine to write beside
  /// Columns that the library keeps, to be shown; empty: all. One may name several, with commas.
  std::vector<std::string> keep = {};
  Existing existing = Existing::refuse;
  std::optional<std::filesystem::path> run_json;  ///< absent: beside `out`; none for "-"
  std::optional<std::filesystem::path> rejects;   ///< table of the records that cannot be used
  std::optional<std::size_t> max_errors;          ///< how many may be unusable; absent: all
};

/// How the hits are written: as asked, else as the name of the file promises, else as a table.
/// Defined in pipeline/outputs/search_outputs.cpp.
HitsFormat format_of_hits(const SearchConfig& config);

/// Writes the hits table, the record of the run beside it, and the table of rejects where asked.
/// @throws UsageError, InputError (also when more records than max_errors are unusable),
/// ArtifactError, OutputError, ResourceError
SearchReport run_search(const SearchConfig& config, const RunContext& context);

}  // namespace specbridge
