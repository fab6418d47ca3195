#include "specbridge/index_decoys.h"

#include <fmt/format.h>

#include "base/json.h"
#include "library/build/spectra/decoy_writer.h"
#include "library/build/spectra/spectral_writer.h"
#include "specbridge/error.h"
#include "store/output_place.h"
#include "store/staging.h"

namespace specbridge {
namespace {

SpectralLibrary open_targets(const std::filesystem::path& dir) {
  auto targets = SpectralLibrary::open(dir);
  if (!targets.decoys_of().empty()) {
    throw ArtifactError(
        fmt::format("{}: holds decoy spectra already; expected a library of spectra of compounds",
                    dir.string()));
  }
  if (!can_have_decoys(targets)) {
    throw UsageError(fmt::format(
        "--decoys: the peaks of {} are too near to each other; build it with specbridge index "
        "--spectra --preset entropy",
        dir.string()));
  }
  return targets;
}

}  // namespace

DecoyIndexReport run_index_decoys(const DecoyIndexConfig& config, const RunContext& context) {
  claim_directory(config.out, kSpectralLibrary, {config.targets}, config.existing, context);
  const SpectralLibrary targets = open_targets(config.targets);
  StagedDirectory staging(config.out, kSpectralLibrary, config.existing);
  const DecoyCounts counts = write_decoys(targets, config.targets, staging.path(), context);
  staging.commit();
  return {counts.decoys, targets.molecules().rows(), counts.incomplete};
}

std::string to_json(const DecoyIndexReport& report) {
  return pretty({{"decoys", report.decoys},
                 {"molecules", report.molecules},
                 {"incomplete", report.incomplete}});
}

}  // namespace specbridge
