#include "fragments/fragment_model_file.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "specbridge/error.h"
#include "store/safetensors.h"

namespace specbridge {
namespace fs = std::filesystem;
namespace {

constexpr const char* kWeights = "weights";
/// What they are multiplied by, where they are stored rounded: a power of two.
constexpr const char* kScale = "scale";

/// 1 where the file states none.
float scale_of(const std::map<std::string, NamedTensor>& tensors) {
  const auto found = tensors.find(kScale);
  return found == tensors.end() ? 1 : found->second.values.at(0);
}

bool are_weights(const std::map<std::string, NamedTensor>& tensors) {
  const auto weights = tensors.find(kWeights), scale = tensors.find(kScale);
  const bool scaled = scale != tensors.end();
  return tensors.size() == (scaled ? 2U : 1U) && weights != tensors.end() &&
         weights->second.values.size() == kFragmentFeatures &&
         (!scaled || scale->second.values.size() == 1);
}

}  // namespace

void write_fragment_model(const std::filesystem::path& file, const FragmentModel& model) {
  const auto weights = model.weights();
  write_safetensors(file, {{kWeights, {kFragmentFeatures}, {weights.begin(), weights.end()}}});
}

void write_rounded_fragment_model(const fs::path& file, const FragmentModel& model) {
  const auto weights = model.weights();
  float largest = 0;
  for (const float weight : weights) largest = std::max(largest, std::fabs(weight));
  // The largest comes to lie from 128 to below 256; float8 ends at 448.
  float scale = largest > 0 ? std::ldexp(1.0F, std::ilogb(largest) - 7) : 1;
  if (largest / scale >= 248) scale *= 2;  // it rounds to 256: rounded again, it has this scale
  std::vector<float> scaled(weights.begin(), weights.end());
  for (float& weight : scaled) weight /= scale;
  write_safetensors(file, {{kScale, {1}, {scale}},
                           {kWeights, {kFragmentFeatures}, std::move(scaled), NumberType::float8}});
}

FragmentModel read_fragment_model(const fs::path& file) {
  auto tensors = read_safetensors(file);
  if (!are_weights(tensors)) {
    throw ArtifactError(
        fmt::format("{}: expected one tensor \"{}\" of {} numbers, and at most one \"{}\" of one",
                    file.string(), kWeights, kFragmentFeatures, kScale));
  }
  const float scale = scale_of(tensors);
  auto weights = std::move(tensors.at(kWeights).values);
  if (scale != 1) {
    for (float& weight : weights) weight *= scale;
  }
  return FragmentModel(std::move(weights));
}

}  // namespace specbridge
