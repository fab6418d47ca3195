#pragma once

#include <optional>
#include <string>
#include <vector>

#include "audit/nearness.h"
#include "eval/certainty_report.h"
#include "eval/pool_analyzer.h"
#include "ms/input_files.h"
#include "report/page.h"
#include "specbridge/eval.h"

namespace specbridge {

/// What came out for every query: the report's own run, then further ones of the same queries.
struct EvalRuns {
  std::vector<std::vector<QueryResult>> controls;  ///< in the order of the configuration
  std::optional<NearnessResults> nearness;
  std::optional<CertaintyReport> certainty;
  std::optional<std::vector<QueryResult>> against;
  std::optional<Separation> separation;  ///< of the first control
  std::vector<std::string> notes;
};

/// Scores a hits table, and the one it is compared with, against the truth.
/// @param truth files, no folders
EvalRuns run_hits(const EvalConfig& config, const SpectraInputs& truth, const RunContext& context);

/// Scores the pools of every query with a model.
/// @param spectra files, no folders
EvalRuns run_model(const EvalConfig& config, const SpectraInputs& spectra,
                   const RunContext& context);

/// Fingerprints of the distinct molecules of training spectra. Defined in
/// pipeline/nearest_training.cpp. @throws InputError when none has a structure
std::vector<FingerprintBits> training_fingerprints(
    const std::vector<std::filesystem::path>& training, std::uint32_t length,
    const RunContext& context);

/// Sets the similarity of every truth to the nearest molecule of the training spectra. Defined in
/// pipeline/nearest_training.cpp.
void add_nearest_training(const std::vector<std::filesystem::path>& training,
                          std::vector<QueryResult>& results, const RunContext& context);

/// Defined in pipeline/example_peaks.cpp.
/// Reads the peaks of the examples from the files that the queries came from. What came through a
/// pipe is gone: its examples stay without peaks.
void read_peaks(const SpectraInputs& spectra, Examples& examples);

}  // namespace specbridge
