#include "pipeline/explain/explaining_score.h"

#include <fmt/format.h>

#include "base/json.h"
#include "base/text.h"
#include "bridge/model_files.h"
#include "bridge/model_manifest.h"
#include "encode/vector_precision.h"
#include "pipeline/explain/record_beside.h"
#include "store/file.h"

namespace specbridge {
namespace fs = std::filesystem;
namespace {

/// The fingerprint of the model that a table was searched with, as the record of the run states it;
/// empty without such a record.
std::string model_of(const Json& run) {
  const auto model = run.is_object() ? run.value("model", Json()) : Json();
  const auto found = model.is_object() ? model.value("fingerprint", Json()) : Json();
  return found.is_string() ? found.get<std::string>() : std::string();
}

}  // namespace

ExplainingScore open_explaining_score(const fs::path& model) {
  if (model.empty()) return {};
  const ModelInfo info = describe_model(model);
  demand_molecules(info, model);
  ExplainingScore score{nullptr, info.fingerprint, warning_about(info.data, model.string()), {}};
  if (info.calibration) score.absent = info.calibration->absent;
  if (!info.fragments) return score;
  const fs::path file = model / kFragmentsFile;
  const auto listed = Manifest::open(model, "model").listed_sha256(kFragmentsFile);
  check_sha256(file, sha256_of_file(file), listed);
  score.learned = std::make_unique<const FragmentModel>(read_fragment_model(file));
  return score;
}

void warn_of_score(const ExplainingScore& score, const fs::path& model, const fs::path& hits,
                   const RunContext& context) {
  if (model.empty()) return;
  if (!score.warning.empty()) context.warning(score.warning);
  if (score.learned == nullptr) {
    context.warning(
        fmt::format("{}: has no fragment score; contributions are those to the fixed score (train "
                    "--decoys LIST fits one)",
                    model.string()));
  }
  const auto searched = model_of(record_beside(hits));
  if (!searched.empty() && !same_network(searched, score.fingerprint)) {
    context.warning(fmt::format(
        "{}: was searched with the model {:.12}, {} is {:.12}; contributions are to the "
        "score of the latter",
        hits.string(), one_line(searched), model.string(), score.fingerprint));
  }
}

}  // namespace specbridge
