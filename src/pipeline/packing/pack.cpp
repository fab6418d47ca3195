#include "specbridge/pack.h"

#include "base/json.h"
#include "bridge/model_files.h"
#include "bridge/model_manifest.h"
#include "bridge/packed_model.h"
#include "fragments/fragment_model_file.h"
#include "store/manifest.h"
#include "store/staging.h"

namespace specbridge {
namespace fs = std::filesystem;
namespace {

std::uint64_t listed_bytes(const fs::path& dir) {
  std::uint64_t bytes = 0;
  const Manifest manifest = Manifest::open(dir, "model");
  for (const auto& [name, entry] : manifest.field("files").items()) {
    bytes += entry.at("size").get<std::uint64_t>();
  }
  return bytes;
}

}  // namespace

PackReport run_pack(const PackConfig& config, const RunContext& context) {
  const DirectoryKind kind = {"model"};
  claim_directory(config.out, kind, {config.model}, config.existing, context);
  StagedDirectory staging(config.out, kind, config.existing);
  if (describe_model(config.model).fragments) {
    write_rounded_fragment_model(staging.path() / kFragmentsFile,
                                 read_fragment_model(config.model / kFragmentsFile));
  }
  pack_model(config.model, staging.path(), context.command_line);
  const PackReport report{listed_bytes(config.model), listed_bytes(staging.path())};
  staging.commit();
  return report;
}

std::string to_json(const PackReport& report) {
  return pretty(Json{{"bytes_before", report.bytes_before}, {"bytes_after", report.bytes_after}});
}

}  // namespace specbridge
