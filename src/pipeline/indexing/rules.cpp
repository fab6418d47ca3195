#include "pipeline/indexing/rules.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "bridge/model_files.h"
#include "bridge/model_manifest.h"
#include "encode/vector_precision.h"
#include "index/vector_index.h"
#include "library/build/library_root.h"
#include "specbridge/error.h"
#include "store/manifest.h"

namespace specbridge {
namespace fs = std::filesystem;

namespace {

const std::string kAutomaticIndex = "auto";

std::string index_of(const IndexConfig& config) {
  return config.faiss == kAutomaticIndex ? kSignIndex : config.faiss;
}

}  // namespace

std::unique_ptr<MoleculeEncoder> open_encoder(const IndexConfig& config,
                                              const RunContext& context) {
  if (config.encoder.has_value() == config.model.has_value()) {
    throw UsageError("index: expected either --encoder or --model");
  }
  if (config.encoder) return load_molecule_encoder(*config.encoder, context);
  // Says what the folder is, where it is something else.
  demand_molecules(describe_model(*config.model), *config.model);
  return load_molecule_encoder(*config.model / kMoleculeEncoderFolder, context);
}

void check_index(const IndexConfig& config, std::size_t dim) {
  make_index(index_of(config), dim);
}

ShardRules rules_for(const IndexConfig& config, const MoleculeEncoder& encoder) {
  ShardRules rules{encoder.dim(),          config.rows.value_or(RowType::f32),
                   index_of(config),       encoder.fingerprint(),
                   encoder.architecture(), config.keep,
                   config.shard_rows};
  if (!config.added_to) return rules;
  const fs::path& dir = *config.added_to;
  const ShardRules there = rules_of(Manifest::open(dir, "library"));
  if (there.molecule_encoder_fingerprint != rules.molecule_encoder_fingerprint) {
    const std::string &found = there.molecule_encoder_fingerprint,
                      &expected = rules.molecule_encoder_fingerprint;
    throw ArtifactError(fmt::format("{}: was made with molecule encoder {}, this run has {}; {}",
                                    dir.string(), short_identity(found), short_identity(expected),
                                    remedy(found, expected, "add with the same encoder")));
  }
  if (config.rows && *config.rows != there.row_type) {
    throw UsageError(fmt::format("--rows {}: {} has rows of {}; leave --rows out to add to it",
                                 to_string(*config.rows), dir.string(), to_string(there.row_type)));
  }
  if (there.further_columns != config.keep) {
    throw UsageError(fmt::format("--keep: {} keeps \"{}\"; add with the same columns", dir.string(),
                                 fmt::join(there.further_columns, ", ")));
  }
  if (config.faiss == kAutomaticIndex) rules.index = there.index;
  rules.row_type = there.row_type;
  rules.shard_rows = there.shard_rows;
  return rules;
}

bool many_rows(const IndexConfig& config, std::size_t rows) {
  constexpr std::size_t kManyRows = 1'000'000;
  return !config.added_to && !config.rows && rows >= kManyRows;
}

}  // namespace specbridge
