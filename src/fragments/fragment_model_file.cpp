#include "fragments/fragment_model_file.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <utility>

#include "specbridge/error.h"
#include "store/safetensors.h"

namespace specbridge {
namespace {

constexpr const char* kWeights = "weights";

}  // namespace

void write_fragment_model(const std::filesystem::path& file, const FragmentModel& model) {
  const auto weights = model.weights();
  write_safetensors(file, {{kWeights, {kFragmentFeatures}, {weights.begin(), weights.end()}}});
}

FragmentModel read_fragment_model(const std::filesystem::path& file) {
  auto tensors = read_safetensors(file);
  const auto found = tensors.find(kWeights);
  if (tensors.size() != 1 || found == tensors.end() ||
      found->second.values.size() != kFragmentFeatures) {
    throw ArtifactError(fmt::format("{}: expected one tensor \"{}\" of {} numbers", file.string(),
                                    kWeights, kFragmentFeatures));
  }
  return FragmentModel(std::move(found->second.values));
}

}  // namespace specbridge
