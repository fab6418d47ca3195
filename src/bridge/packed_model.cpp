#include "bridge/packed_model.h"

#include <ATen/ATen.h>

#include <map>
#include <string>
#include <vector>

#include "bridge/model_files.h"
#include "bridge/model_manifest.h"
#include "encode/trainable_encoder.h"
#include "nn/torch_runtime.h"
#include "store/manifest.h"
#include "store/safetensors.h"

namespace specbridge {
namespace fs = std::filesystem;
namespace {

void write_rounded(const fs::path& file, const std::map<std::string, NamedTensor>& tensors) {
  std::vector<NamedTensor> rounded;
  for (const auto& [name, tensor] : tensors) {
    rounded.push_back(tensor);
    rounded.back().stored = NumberType::bfloat16;
  }
  write_safetensors(file, rounded);
}

/// The encoder with its trained weights, and the projection behind it.
void pack_only_member(const fs::path& from, const fs::path& to, const ModelInfo& info) {
  const fs::path folder = from / kSpectrumEncoderFolder;
  auto encoder = load_trainable_encoder(folder, c10::kCPU);
  auto tensors = load_trained(from / kTrainedFile, {info.shape, info.encoder_dim, info.dim},
                              trained_parameters(*encoder, info, from), *encoder);
  fs::create_directory(to / kSpectrumEncoderFolder);
  encoder->write_rounded(folder, to / kSpectrumEncoderFolder);
  std::erase_if(tensors, [](const auto& named) { return named.first.starts_with(kEncoderPrefix); });
  write_rounded(to / kTrainedFile, tensors);
}

void pack_members(const fs::path& from, const fs::path& to, const ModelInfo& info) {
  for (std::size_t member = 1; member <= info.members; ++member) {
    fs::create_directories(member_folder(to, member));
    write_rounded(member_folder(to, member) / kTrainedFile,
                  read_safetensors(member_folder(from, member) / kTrainedFile));
  }
}

}  // namespace

void pack_model(const fs::path& from, const fs::path& to, const std::string& command_line) {
  ModelInfo info = describe_model(from);
  Manifest::open(from, "model").verify_checksums();
  const bool alone = info.members == 1;
  copy_model(from, to, [&](const fs::path& name) {
    return name.filename() != kTrainedFile && name != kFragmentsFile &&
           !(alone && *name.begin() == kSpectrumEncoderFolder);
  });
  translating(from.string(), [&] {
    if (alone) {
      pack_only_member(from, to, info);
      info.trained_blocks = 0;
    } else {
      pack_members(from, to, info);
    }
  });
  write_packed_manifest(from, to, info, command_line);
}

}  // namespace specbridge
