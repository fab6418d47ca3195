#include "pipeline/indexing/shard_steps.h"

#include <utility>

#include "pipeline/indexing/intake.h"
#include "store/staging.h"

namespace specbridge {
namespace fs = std::filesystem;
namespace {

// A step of rejected molecules that no shard was written after.
constexpr const char* kTail = "tail";

}  // namespace

ShardProgress progress_of(const JournalledDirectory& journal) {
  ShardProgress progress;
  for (const auto& step : journal.steps()) {
    if (!step.contains("shard") && !step.contains(kTail)) continue;
    progress.shards += step.contains("shard") ? 1 : 0;
    progress.consumed = step.at("consumed");
    progress.without_vector = step.at("without_vector");
    progress.not_needed = step.at("not_needed");
  }
  return progress;
}

JournalledShards::JournalledShards(JournalledDirectory& journal, const ShardRules& rules,
                                   std::size_t present)
    : journal_(journal),
      progress_(progress_of(journal)),
      series_(journal.output(), rules, present + progress_.shards,
              [this](const fs::path& folder) { note(folder); }) {}

void JournalledShards::record(const std::string& kind, const std::string& name,
                              std::vector<fs::path> made) {
  const fs::path rejects = journal_.work() / (name + ".rejects");
  write_file(rejects, std::exchange(rejects_, {}));
  made.insert(made.end(), {rejects, journal_.work()});
  journal_.record({{kind, name},
                   {"consumed", progress_.consumed},
                   {"without_vector", progress_.without_vector},
                   {"not_needed", progress_.not_needed}},
                  made);
}

void JournalledShards::note(const fs::path& folder) {
  record("shard", folder.filename().string(), {folder, folder.parent_path()});
  ++progress_.shards;
}

void JournalledShards::pass() {
  ++progress_.consumed;
  ++progress_.not_needed;
}

void JournalledShards::add(const LabelledMolecule& one, const RowToStore& row,
                           const RunContext& context) {
  series_.add(one.labels, one.molecule, row, context);
  ++progress_.consumed;
}

void JournalledShards::reject(const LabelledMolecule& one) {
  rejects_ += rejects_line({one.labels.id, one.molecule.smiles(), {"encoder", 0}, ""},
                           {kNoVector, "the molecule encoder gives no vector of finite length"});
  ++progress_.without_vector;
  ++progress_.consumed;
}

void JournalledShards::finish(const RunContext& context) {
  series_.finish(context);
  if (!rejects_.empty()) record(kTail, kTail, {});
}

}  // namespace specbridge
