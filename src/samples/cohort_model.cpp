#include "samples/cohort_model.h"

#include <fmt/format.h>

#include <cstdint>
#include <utility>

#include "specbridge/error.h"
#include "store/manifest.h"
#include "store/safetensors.h"

namespace specbridge {
namespace {

constexpr const char* kWeightsFile = "weights.safetensors";

NamedTensor tensor_of(std::string name, std::span<const double> values,
                      std::vector<std::int64_t> shape) {
  NamedTensor tensor{std::move(name), std::move(shape), {}};
  for (const double value : values) tensor.values.push_back(static_cast<float>(value));
  return tensor;
}

/// @throws ArtifactError for a tensor that is missing or of another size
std::vector<double> values_of(const std::map<std::string, NamedTensor>& tensors,
                              const std::string& name, std::size_t size, const std::string& file) {
  const auto found = tensors.find(name);
  if (found == tensors.end() || found->second.values.size() != size) {
    throw ArtifactError(
        fmt::format("{}: tensor {} is missing or has not {} numbers; make the cohort again with "
                    "sample fit",
                    file, name, size));
  }
  return {found->second.values.begin(), found->second.values.end()};
}

std::vector<std::string> stated_classes(const Manifest& manifest) {
  std::vector<std::string> classes;
  const Json& names = manifest.field("classes");
  if (names.is_array()) {
    for (const auto& name : names) {
      if (name.is_string()) classes.push_back(name.get<std::string>());
    }
  }
  if (classes.size() >= 2 && classes.size() == names.size()) return classes;
  throw ArtifactError(fmt::format("{}: \"classes\" is no list of two names or more",
                                  (manifest.dir() / "manifest.json").string()));
}

}  // namespace

void write_cohort(const std::filesystem::path& folder, const CohortModel& model,
                  const Json& facts) {
  const auto& classifier = model.classifier;
  const auto width = static_cast<std::int64_t>(classifier.means.size());
  const auto decisions = static_cast<std::int64_t>(classifier.weights.size());
  std::vector<double> weights;
  for (const auto& one : classifier.weights) weights.insert(weights.end(), one.begin(), one.end());
  write_safetensors(folder / kWeightsFile,
                    {tensor_of("means", classifier.means, {width}),
                     tensor_of("deviations", classifier.deviations, {width}),
                     tensor_of("weights", weights, {decisions, width}),
                     tensor_of("constants", classifier.constants, {decisions})});
  Manifest manifest = Manifest::make(kCohortArtifact);
  manifest.json()["rule"] = to_json(model.rule);
  manifest.json()["classes"] = model.classes;
  manifest.json()["blanks_subtracted"] = model.blanks_subtracted;
  manifest.json().update(facts);
  manifest.write(folder);
}

CohortModel read_cohort_model(const std::filesystem::path& folder) {
  const Manifest manifest = Manifest::open(folder, kCohortArtifact);
  manifest.verify_checksums();
  CohortModel model{sample_rule(manifest.field("rule"), (folder / "manifest.json").string()),
                    stated_classes(manifest),
                    {},
                    false};
  model.blanks_subtracted = manifest.field("blanks_subtracted") == true;
  const std::string file = (folder / kWeightsFile).string();
  const auto tensors = read_safetensors(file);
  const std::size_t width = model.rule.width;
  const std::size_t decisions = model.classes.size() == 2 ? 1 : model.classes.size();
  model.classifier.means = values_of(tensors, "means", width, file);
  model.classifier.deviations = values_of(tensors, "deviations", width, file);
  model.classifier.constants = values_of(tensors, "constants", decisions, file);
  const auto weights = values_of(tensors, "weights", decisions * width, file);
  for (std::size_t d = 0; d < decisions; ++d) {
    const auto first = weights.begin() + static_cast<std::ptrdiff_t>(d * width);
    model.classifier.weights.emplace_back(first, first + static_cast<std::ptrdiff_t>(width));
  }
  return model;
}

}  // namespace specbridge
