#pragma once

#include <cstddef>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "specbridge/context.h"
#include "specbridge/existing.h"
#include "specbridge/spectrum_reader.h"

namespace specbridge {

/// What `specbridge explain` is asked for.
struct ExplainConfig {
  std::filesystem::path hits;                  ///< a table that search wrote
  std::vector<std::filesystem::path> spectra;  ///< that were searched, in the same order
  std::optional<SpectrumFormat> format;        ///< of the spectra; absent: told by content
  std::filesystem::path model;  ///< whose fragment score explains; empty: the fixed score does
  std::filesystem::path out;
  /// Library of spectra that was searched: answers that rest on one of its spectra get a drawing of
  /// both. Absent: none does.
  std::optional<std::filesystem::path> spectral_library = {};
  std::size_t top = 3;                    ///< answers of a query, the best; at least 1
  std::vector<std::string> queries = {};  ///< names of those to explain; empty: all
  std::size_t drawings = 200;             ///< at most
  Existing existing = Existing::refuse;
};

struct ExplainReport {
  std::size_t queries = 0;            ///< that were looked at
  std::size_t explained = 0;          ///< answers
  std::size_t not_taken_apart = 0;    ///< answers
  std::size_t without_answer = 0;     ///< queries
  std::size_t drawings = 0;           ///< that were made
  std::size_t drawings_left_out = 0;  ///< because there would have been too many
  bool learned = false;               ///< the score is the model's own, not the fixed one
};

/// The report as JSON text.
std::string to_json(const ExplainReport& report);

/// Whether it can be done, as far as that is known before there is a table. @throws UsageError
void check_explain(const ExplainConfig& config, const RunContext& context);

/// Says of the best answers to queries which fragment each peak of the spectrum is, and writes
/// peaks.tsv, explained.json and a drawing of each answer into a directory.
/// @throws UsageError, InputError when table and spectra do not belong together, ArtifactError,
/// OutputError, ResourceError
ExplainReport run_explain(const ExplainConfig& config, const RunContext& context);

}  // namespace specbridge
