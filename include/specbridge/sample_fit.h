#pragma once

#include <cstddef>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "specbridge/context.h"
#include "specbridge/existing.h"

namespace specbridge {

/// What `specbridge sample fit` is asked for.
struct SampleFitConfig {
  std::filesystem::path samples;      ///< an array that sample embed wrote
  std::filesystem::path labels, out;  ///< a table; the cohort directory to write
  std::string label = "label";        ///< column of the labels
  std::optional<std::string> group;   ///< column of the subjects; absent: every sample is one
  std::size_t folds = 5;
  /// To choose from, above 0: how much weights are held back, per number of a row.
  std::vector<double> ridges = {0.001, 0.01, 0.1, 1, 10, 100};
  std::size_t permutations = 200;  ///< of labels between subjects; 0: no p-value
  std::size_t resamples = 2000;    ///< of subjects; 0: no intervals
  /// Runs that the drivers are looked for in; empty: those that the array was made of.
  std::vector<std::filesystem::path> spectra = {};
  std::filesystem::path model = {};  ///< that embeds them; empty: none is at hand
  std::size_t drivers = 10;          ///< spectra of a sample, at most; 0: none
  std::size_t in_flight = 256;
  Existing existing = Existing::refuse;
};

/// The report as JSON text and as a table for people.
struct SampleFitReport {
  std::string json, table;
  std::size_t drivers = 0;      ///< spectra that were listed
  std::string without_drivers;  ///< why there is no list of spectra; "": there is
};

/// Learns classes of samples from labels: nested cross-validation by subject, a classifier of all
/// samples, and which spectra move its calls most. Writes a cohort directory.
/// @throws UsageError, InputError, ArtifactError, OutputError, Interrupted
SampleFitReport run_sample_fit(const SampleFitConfig& config, const RunContext& context);

}  // namespace specbridge
