#pragma once

#include <cstddef>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "specbridge/context.h"
#include "specbridge/existing.h"
#include "specbridge/spectrum_reader.h"
#include "specbridge/tolerance.h"
#include "specbridge/unit_mass.h"

namespace specbridge {

/// Which spectra are compared.
enum class PairMode {
  identity,  ///< those whose precursor m/z agree
  open,      ///< all
  listed,    ///< those of a table
};

/// What replaces the parts of a score's rule; absent: as the score or the preset has it.
struct SimilaritySettings {
  std::optional<Tolerance> tolerance;  ///< of fragments
  std::optional<double> mz_power, intensity_power;
  std::optional<UnitMass> unit_mass;
  std::optional<double> noise_floor;                        ///< share of the base peak
  std::optional<std::size_t> max_peaks;                     ///< 0: all
  std::optional<double> below_precursor, around_precursor;  ///< Th
  std::optional<std::size_t> min_matched;                   ///< of the first score
  std::optional<double> min_score;                          ///< of the first score
};

/// What `specbridge similarity` is asked for.
struct SimilarityConfig {
  std::filesystem::path queries;                    ///< file, folder or "-"
  std::optional<std::filesystem::path> references;  ///< absent: the queries among themselves
  std::optional<SpectrumFormat> format;             ///< absent: told by content
  std::filesystem::path out;                        ///< "-": standard output
  std::vector<std::string> scores = {"cosine"};     ///< kinds, and "vector"
  std::optional<std::string> preset;                ///< takes the place of `scores`
  SimilaritySettings settings;
  std::filesystem::path model;  ///< of "vector"
  PairMode mode = PairMode::identity;
  Tolerance precursor_tolerance;               ///< of the mode identity
  std::optional<std::filesystem::path> pairs;  ///< of the mode listed
  std::size_t k = 0;                           ///< the best of each query; 0: all
  Existing existing = Existing::refuse;
};

/// What came of it.
struct SimilarityReport {
  std::size_t queries = 0, references = 0;          ///< records read
  std::map<std::string, std::size_t> without = {};  ///< of both: not compared, by status
  std::size_t compared = 0;                         ///< pairs
  std::size_t rows = 0;                             ///< of them in the table
  std::size_t ms1_scans = 0;                        ///< passed over
  std::size_t damaged_files = 0;                    ///< of folders: not read to their end
};

/// The counts as JSON text.
std::string to_json(const SimilarityReport& report);

/// The table beside the pairs with a line for every record: `pairs.records.tsv` of `pairs.tsv`.
std::filesystem::path records_beside(const std::filesystem::path& pairs);

/// Writes the similarities of pairs of spectra, which must not be of different polarity: a row for
/// each that reaches the minimum of the first score. Queries stand in their order, the references
/// of one by score. Beside it the table of the records and `<out>.run.json`, which states the
/// rules; neither for standard output. Memory grows with the spectra, not with the pairs.
/// @throws UsageError, InputError, ArtifactError, OutputError, ResourceError, Interrupted
SimilarityReport run_similarity(const SimilarityConfig& config, const RunContext& context);

}  // namespace specbridge
