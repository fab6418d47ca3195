#pragma once

#include <cstddef>
#include <filesystem>
#include <string>
#include <vector>

#include "base/json.h"
#include "samples/classifier.h"
#include "samples/sample_record.h"

namespace specbridge {

inline constexpr const char* kCohortArtifact = "cohort";

/// A classifier with the rule of the rows that it is for. Numbers are float32 where it is kept.
struct CohortModel {
  SampleRule rule;
  std::vector<std::string> classes;
  Classifier classifier;
  bool blanks_subtracted = false;
};

/// Writes the file of the weights, and then the manifest, which lists all files that are there.
/// @param facts further fields of the manifest @throws OutputError
void write_cohort(const std::filesystem::path& folder, const CohortModel& model, const Json& facts);
/// @throws ArtifactError when it is damaged or another kind of directory
CohortModel read_cohort_model(const std::filesystem::path& folder);

}  // namespace specbridge
