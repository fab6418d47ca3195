#pragma once

#include <cstddef>
#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "specbridge/spectra_origin.h"
#include "store/manifest.h"

namespace specbridge {

/// A file that a training read.
struct TrainingFile {
  std::string role;    ///< "spectra", "validation", "validation_candidates"
  std::string name;    ///< without folders
  std::string sha256;  ///< of its bytes; empty: it came through a pipe
};

/// Which molecules the spectra of a training were said to show.
enum class SpectraLabels {
  stated,    ///< those that their files state
  shuffled,  ///< those of other spectra, at random: a control
  /// Those that they state, but the words of spectra were permuted among them: a control.
  shuffled_words,
};

/// What a model was trained on; empty where nobody said.
struct TrainingData {
  std::size_t spectra = 0, molecules = 0;
  std::map<std::string, std::size_t> instruments;  ///< spectra by instrument, where one is stated
  std::vector<TrainingFile> files;
  std::string description, licence;  ///< the maker's words
  SpectraOrigin origin = SpectraOrigin::not_stated;
  SpectraLabels labels = SpectraLabels::stated;
};

/// Adds files with their checksums. @throws InputError when one cannot be read
void add_files(TrainingData& data, const std::string& role,
               const std::vector<std::filesystem::path>& files);

/// What stands in a manifest under training.data.
Json to_json(const TrainingData& data);
/// What the manifest of a model says; models of earlier versions say nothing.
/// @throws ArtifactError when it is not what to_json() writes
TrainingData training_data_of(const Manifest& manifest);

/// What users of the model are told of it; empty: there is nothing to warn of.
std::string warning_about(const TrainingData& data, std::string_view model);

}  // namespace specbridge
