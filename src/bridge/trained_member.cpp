#include "bridge/trained_member.h"

#include <ATen/ATen.h>
#include <fmt/format.h>

#include <cstdint>
#include <utility>
#include <vector>

#include "bridge/model_files.h"
#include "bridge/projection.h"
#include "specbridge/error.h"

namespace specbridge {
namespace fs = std::filesystem;
namespace {

std::vector<TrainableParameter> trained_parameters(const TrainableEncoder& encoder,
                                                   const ModelInfo& info, const fs::path& dir) {
  if (info.trained_blocks > encoder.info().blocks + 1) {
    throw ArtifactError(fmt::format("{}: manifest says {} trained blocks, its encoder has {}",
                                    dir.string(), info.trained_blocks, encoder.info().blocks));
  }
  return encoder.parameters_of_last(static_cast<std::int64_t>(info.trained_blocks));
}

void check_encoder(const TrainableEncoder& encoder, const ModelInfo& info, const fs::path& dir) {
  if (encoder.info().dim != info.encoder_dim) {
    throw ArtifactError(fmt::format("{}: trained for an encoder of {} dimensions, {} has {}",
                                    dir.string(), info.encoder_dim, kSpectrumEncoderFolder,
                                    encoder.info().dim));
  }
}

}  // namespace

void check_fingerprint(const ModelInfo& info, const fs::path& dir, const Manifest& manifest) {
  const std::string found = model_fingerprint(dir, info, trained_sums(manifest, info));
  if (found != info.fingerprint) {
    throw ArtifactError(fmt::format(
        "{}: fingerprint is {:.12}..., its manifest says {:.12}...; weights, encoder and "
        "manifest do not belong together, copy the whole directory again",
        dir.string(), found, info.fingerprint));
  }
}

TrainedMember load_member(const fs::path& dir, std::size_t number, const ModelInfo& info,
                          const Manifest& manifest, const c10::Device& device) {
  auto encoder = load_trainable_encoder(dir / kSpectrumEncoderFolder, device);
  check_encoder(*encoder, info, dir);
  if (number == 1) check_fingerprint(info, dir, manifest);  // it is of all members
  auto expected = projection_layout({info.shape, info.encoder_dim, info.dim});
  const auto trained = trained_parameters(*encoder, info, dir);
  for (const auto& parameter : trained) {
    expected.push_back({kEncoderPrefix + parameter.name, parameter.tensor.sizes().vec()});
  }
  auto tensors = read_trained(member_folder(dir, number) / kTrainedFile, expected);
  for (const auto& parameter : trained) {
    encoder->assign(parameter.name, to_tensor(tensors.at(kEncoderPrefix + parameter.name)));
  }
  return {std::move(encoder), std::move(tensors)};
}

}  // namespace specbridge
