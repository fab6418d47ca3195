#include "decode/network_directory.h"

#include <ATen/ATen.h>
#include <fmt/format.h>
#include <torch/script.h>

#include <algorithm>
#include <filesystem>
#include <stdexcept>

#include "encode/encoder_manifest.h"
#include "specbridge/error.h"
#include "store/file.h"

namespace specbridge {
namespace fs = std::filesystem;

SmilesVocabulary read_vocabulary(const Manifest& manifest) {
  const fs::path file = manifest.dir() / kVocabularyFile;
  try {
    return SmilesVocabulary(Json::parse(read_file(file)).get<std::vector<std::string>>());
  } catch (const Json::exception& error) {
    throw ArtifactError(fmt::format("{}: is no list of words: {}; export the decoder again",
                                    file.string(), error.what()));
  } catch (const std::invalid_argument& error) {
    throw ArtifactError(
        fmt::format("{}: {}; export the decoder again", file.string(), error.what()));
  }
}

/// Rows of equal length that a manifest states.
at::Tensor golden_rows(const Manifest& manifest, const char* name) {
  using Rows = std::vector<std::vector<float>>;
  const auto rows = manifest_value<Rows>(manifest, {"golden", name});
  const auto width = static_cast<std::int64_t>(rows.empty() ? 0 : rows.front().size());
  at::Tensor all = at::zeros({static_cast<std::int64_t>(rows.size()), width}, at::kFloat);
  float* place = all.mutable_data_ptr<float>();
  for (const auto& row : rows) {
    if (static_cast<std::int64_t>(row.size()) != width) {
      throw ArtifactError(fmt::format("{}: \"golden.{}\" has rows of different lengths",
                                      (manifest.dir() / "manifest.json").string(), name));
    }
    place = std::ranges::copy(row, place).out;
  }
  return all;
}

std::vector<std::vector<std::int64_t>> golden_texts(const Manifest& manifest, const char* name) {
  return manifest_value<std::vector<std::vector<std::int64_t>>>(manifest, {"golden", name});
}

void demand_methods(const torch::jit::Module& module, std::initializer_list<const char*> methods,
                    const std::string& where) {
  for (const char* method : methods) {
    if (module.find_method(method)) continue;
    throw ArtifactError(
        fmt::format("{}: has no method {}; export the decoder again", where, method));
  }
}

}  // namespace specbridge
