#pragma once

#include <cstddef>
#include <filesystem>
#include <map>
#include <string>

#include "specbridge/context.h"
#include "specbridge/existing.h"

namespace specbridge {

/// What `specbridge sample predict` is asked for.
struct SamplePredictConfig {
  std::filesystem::path samples, cohort;
  std::filesystem::path out;  ///< a table; "-" is standard output
  Existing existing = Existing::refuse;
};

struct SamplePredictReport {
  std::size_t samples = 0;
  std::map<std::string, std::size_t> calls = {};    ///< samples by class
  std::map<std::string, std::size_t> without = {};  ///< samples without a row, by status
};

/// The counts as JSON text.
std::string to_json(const SamplePredictReport& report);

/// Calls the class of samples that were pooled by the rule of the cohort.
/// @throws UsageError for samples of another rule, InputError, ArtifactError, OutputError
SamplePredictReport run_sample_predict(const SamplePredictConfig& config,
                                       const RunContext& context);

}  // namespace specbridge
