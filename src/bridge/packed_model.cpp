#include "bridge/packed_model.h"

#include <c10/core/Device.h>

#include <fmt/format.h>

#include <map>
#include <string>
#include <vector>

#include "bridge/model_files.h"
#include "bridge/model_manifest.h"
#include "bridge/trained_member.h"
#include "nn/torch_runtime.h"
#include "specbridge/error.h"
#include "store/manifest.h"
#include "store/safetensors.h"
#include "store/staging.h"

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

/// The encoder in its trained state; what is left of the tensors is the projection.
void move_into_encoder(TrainedMember& member, const fs::path& from, const fs::path& to) {
  fs::create_directory(to);
  member.encoder->write(from, to, WeightDigits::bfloat16);
  std::erase_if(member.tensors,
                [](const auto& named) { return named.first.starts_with(kEncoderPrefix); });
}

}  // namespace

void pack_model(const fs::path& from, const fs::path& to, const std::string& command_line) {
  ModelInfo info = describe_model(from);
  if (info.objective == TrainingObjective::spec2vec) {
    throw ArtifactError(
        fmt::format("{}: holds vectors of words (--objective spec2vec), which are small already; "
                    "expected a model with a network",
                    from.string()));
  }
  const Manifest manifest = Manifest::open(from, "model");
  manifest.verify_checksums();
  const bool alone = info.members == 1;
  copy_files(from, to, [&](const fs::path& name) {
    return name != "manifest.json" && name.filename() != kTrainedFile && name != kFragmentsFile &&
           !(alone && *name.begin() == kSpectrumEncoderFolder);
  });
  translating(from.string(), [&] {
    for (std::size_t number = 1; number <= info.members; ++number) {
      auto member = load_member(from, number, info, manifest, c10::kCPU);
      if (alone) {
        move_into_encoder(member, from / kSpectrumEncoderFolder, to / kSpectrumEncoderFolder);
      }
      const fs::path folder = member_folder(to, number);
      fs::create_directories(folder);
      write_rounded(folder / kTrainedFile, member.tensors);
    }
  });
  if (alone) info.trained_blocks = 0;
  write_packed_manifest(from, to, info, command_line);
}

}  // namespace specbridge
