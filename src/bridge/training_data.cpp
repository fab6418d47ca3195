#include "bridge/training_data.h"

#include <fmt/format.h>

#include "base/text.h"
#include "specbridge/error.h"
#include "store/file.h"
#include "store/paths.h"

namespace specbridge {
namespace fs = std::filesystem;
namespace {

constexpr const char* kShuffled = "shuffled";
constexpr const char* kShuffledWords = "shuffled words";

}  // namespace

void add_files(TrainingData& data, const std::string& role, const std::vector<fs::path>& files) {
  for (const auto& file : files) {
    const bool piped = file == "-" || is_stream(file);
    data.files.push_back(
        {role, file.filename().string(), piped ? std::string() : sha256_of_file(file)});
  }
}

Json to_json(const TrainingData& data) {
  Json json = {{"spectra", data.spectra},
               {"molecules", data.molecules},
               {"instruments", data.instruments},
               {"simulated", data.origin == SpectraOrigin::simulated},
               {"inputs", Json::array()}};
  for (const auto& file : data.files) {
    json["inputs"].push_back({{"role", file.role}, {"name", file.name}, {"sha256", file.sha256}});
  }
  if (!data.description.empty()) json["description"] = data.description;
  if (!data.licence.empty()) json["licence"] = data.licence;
  if (data.labels == SpectraLabels::shuffled) json["labels"] = kShuffled;
  if (data.labels == SpectraLabels::shuffled_words) json["labels"] = kShuffledWords;
  return json;
}

TrainingData training_data_of(const Manifest& manifest) {
  TrainingData data;
  try {
    const Json training = manifest.json().value("training", Json::object());
    const Json json = training.value("data", Json::object());
    data.spectra = json.value("spectra", std::size_t{0});
    data.molecules = json.value("molecules", std::size_t{0});
    data.instruments = json.value("instruments", data.instruments);
    data.description = json.value("description", "");
    data.licence = json.value("licence", "");
    if (json.value("simulated", false)) data.origin = SpectraOrigin::simulated;
    const std::string labels = json.value("labels", "");
    if (labels == kShuffled) data.labels = SpectraLabels::shuffled;
    if (labels == kShuffledWords) data.labels = SpectraLabels::shuffled_words;
    for (const auto& file : json.value("inputs", Json::array())) {
      data.files.push_back({file.at("role"), file.at("name"), file.at("sha256")});
    }
  } catch (const Json::exception& error) {
    throw ArtifactError(fmt::format("{}: \"training.data\" is not what train writes ({})",
                                    (manifest.dir() / "manifest.json").string(), error.what()));
  }
  return data;
}

std::string warning_about(const TrainingData& data, std::string_view model) {
  if (data.labels != SpectraLabels::stated) {
    return fmt::format("{}: is a control, trained on shuffled {}; its answers mean nothing", model,
                       data.labels == SpectraLabels::shuffled ? "molecules" : "words");
  }
  if (data.origin != SpectraOrigin::simulated) return {};
  const auto words = one_line(data.description, 200);
  return fmt::format(
      "{}: was trained on simulated spectra{}; its answers to measured spectra mean "
      "little",
      model, words.empty() ? "" : fmt::format(" ({})", words));
}

}  // namespace specbridge
