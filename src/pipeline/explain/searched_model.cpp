#include "pipeline/explain/searched_model.h"

#include <string>

#include "base/json.h"
#include "bridge/model_manifest.h"
#include "pipeline/explain/record_beside.h"
#include "specbridge/error.h"
#include "store/paths.h"

namespace specbridge {
namespace fs = std::filesystem;
namespace {

std::string text_of(const Json& object, const char* key) {
  const auto found = object.is_object() ? object.value(key, Json()) : Json();
  return found.is_string() ? found.get<std::string>() : std::string();
}

/// Whether a folder holds the model of a fingerprint, and molecules are known to it.
bool holds(const fs::path& folder, const std::string& fingerprint) {
  try {
    const ModelInfo info = describe_model(folder);
    return info.fingerprint == fingerprint && info.objective == TrainingObjective::bridge;
  } catch (const ArtifactError&) {
    return false;
  }
}

}  // namespace

std::optional<fs::path> searched_model(const fs::path& hits) {
  const Json run = record_beside(hits);
  const Json model = run.is_object() ? run.value("model", Json()) : Json();
  const std::string path = text_of(model, "path"), fingerprint = text_of(model, "fingerprint");
  if (path.empty() || fingerprint.empty()) return {};
  const fs::path folder = as_recorded(path);
  return holds(folder, fingerprint) ? std::optional(folder) : std::nullopt;
}

bool answered_by_spectra(const fs::path& hits) {
  const Json run = record_beside(hits);
  return run.is_object() && run.contains("spectral_library") && !run.contains("library");
}

bool knows_spectra_alone(const fs::path& model) {
  try {
    return describe_model(model).objective != TrainingObjective::bridge;
  } catch (const ArtifactError&) {
    return false;  // whoever opens it says why
  }
}

}  // namespace specbridge
