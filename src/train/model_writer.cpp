#include "train/model_writer.h"

#include <fmt/format.h>

#include "base/json.h"
#include "bridge/model_files.h"
#include "encode/spectrum_encoder.h"
#include "specbridge/error.h"

namespace specbridge {
namespace fs = std::filesystem;
namespace {

Json summary(const TrainingResult& result) {
  Json json = {{"steps", result.steps},
               {"best_step", result.best_step},
               {"final_loss", result.final_loss},
               {"interrupted", result.interrupted},
               {"trained_parameters", result.trained_parameters}};
  if (result.stopped_early) json["stopped_early"] = true;
  if (result.best) {
    json["validation"] = {{"recall_at_1", result.best->recall_at_1},
                          {"recall_at_5", result.best->recall_at_5},
                          {"recall_at_20", result.best->recall_at_20},
                          {"mrr", result.best->mrr}};
  }
  return json;
}

}  // namespace

void write_model_manifest(const fs::path& dir, const TrainSettings& settings,
                          std::span<const TrainingResult> members, const ModelOrigin& origin,
                          const RunContext& context) {
  const TrainingResult& result = members.front();
  const auto encoder = describe_spectrum_encoder(dir / kSpectrumEncoderFolder);
  ModelInfo info;
  info.objective = settings.objective;
  info.shape = settings.shape;
  info.dim = result.dim;
  info.encoder_dim = encoder.dim;
  info.members = members.size();
  info.trained_blocks = result.trained_blocks;
  info.profile = encoder.profile;
  info.molecule_encoder_fingerprint = origin.molecule_encoder_fingerprint;
  info.fragments = origin.fragments;
  Manifest manifest = make_model_manifest(dir, info);
  Json& json = manifest.json();
  json["training"] = summary(result);
  for (const auto& further : members.subspan(1)) {
    json["training"]["further_members"].push_back(summary(further));
  }
  if (result.best) json["training"]["kept_by"] = settings.keep_best_by;
  json["training"]["seed"] = context.seed;
  json["training"]["adducts"] = origin.trained_adducts;
  json["training"]["data"] = to_json(origin.data);
  json["made_by"]["command_line"] = context.command_line;
  manifest.write(dir);
}

}  // namespace specbridge
