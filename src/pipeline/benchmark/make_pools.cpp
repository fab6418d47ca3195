#include "specbridge/make_pools.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <utility>

#include "base/json.h"
#include "base/parallel.h"
#include "base/text.h"
#include "bridge/model_files.h"
#include "ms/input_files.h"
#include "pipeline/benchmark/labelled_record.h"
#include "pipeline/benchmark/made_pools.h"
#include "pipeline/benchmark/part_files.h"
#include "pipeline/eval_runs.h"
#include "report/report.h"
#include "search/matching_library.h"
#include "search/query_stream.h"
#include "specbridge/error.h"
#include "specbridge/version.h"
#include "store/output_place.h"
#include "store/paths.h"

namespace specbridge {
namespace fs = std::filesystem;
namespace {

constexpr int kPoolsRunVersion = 1;
constexpr std::size_t kPoolsInHand = 1024;

fs::path record_beside_pools(const fs::path& out) {
  fs::path path = out;
  return path += ".run.json";
}

bool is_packed(const fs::path& out) {
  return out.extension() == ".gz";
}

void check_pools_config(const PoolsConfig& config) {
  const fs::path plain = is_packed(config.out) ? config.out.stem() : config.out;
  if (plain.extension() != ".json") {
    throw UsageError(
        fmt::format("{}: candidate pools are written as JSON; name it .json or "
                    ".json.gz",
                    config.out.string()));
  }
  if (config.by == PoolBy::formula && config.isomers) {
    throw UsageError(
        "pools: with --by formula all candidates are isomers; --isomers is for --by "
        "mass");
  }
  if (config.most && *config.most < 2) {
    throw UsageError(
        fmt::format("--max: found {}, expected 2 or more: the truth and another "
                    "candidate",
                    *config.most));
  }
  if (!config.training.empty() && config.model) {
    throw UsageError("pools: --training and --model both say what was trained on; name one");
  }
}

void claim_pools(const PoolsConfig& config, const std::vector<fs::path>& files,
                 const RunContext& context) {
  auto inputs = files;
  for (const auto& library : config.library) inputs.push_back(library);
  for (const auto& training : config.training) inputs.push_back(training);
  if (config.model) inputs.push_back(*config.model);
  claim_outputs({{config.out, config.existing}, {record_beside_pools(config.out), config.existing}},
                inputs, context);
}

/// The structures of the spectra, by first InChIKey block; of several spellings of one (tautomers)
/// the smallest.
std::vector<MadePool> read_truths(const PoolsConfig& config, const std::vector<fs::path>& files,
                                  const RunContext& context, PoolsReport& report) {
  std::map<std::string, MadePool> pools;
  QueryStream stream(files, config.format);
  for_each_chunk(stream, Structures::read, context, [&](std::vector<Query>& queries) {
    for (const auto& query : queries) {
      if (const auto why = why_unlabelled(query)) {
        ++report.left[std::string(to_string(why->status))];
        continue;
      }
      const Molecule& molecule = *query.structure->molecule();
      auto& pool = pools.try_emplace(molecule.inchikey14(), MadePool{molecule, 0}).first->second;
      if (molecule.smiles() < pool.truth.smiles()) pool.truth = molecule;
      ++pool.spectra;
    }
    context.progress("reading spectra", stream.queries(), 0);
  });
  report.spectra = stream.queries();
  report.ms1_scans = stream.ms1_scans();
  if (report.spectra == 0) throw nothing_read(stream, config.spectra.front());
  if (pools.empty()) {
    throw InputError(
        {config.spectra.front().string(), 0},
        fmt::format("none of {} has a usable structure: {}",
                    counted(report.spectra, "spectrum", "spectra"), counts_text(report.left)));
  }
  std::vector<MadePool> truths;
  for (auto& [key, pool] : pools) truths.push_back(std::move(pool));
  std::ranges::sort(truths, {}, [](const MadePool& pool) { return pool.truth.smiles(); });
  return truths;
}

void choose_all(std::vector<MadePool>& pools, const MoleculeLibrary& library,
                const CandidateRules& rules, const RunContext& context) {
  for (std::size_t first = 0; first < pools.size(); first += kPoolsInHand) {
    const std::size_t size = std::min(kPoolsInHand, pools.size() - first);
    parallel_for(size, context.threads, [&](std::size_t i) {
      context.check_interrupt();
      MadePool& pool = pools[first + i];
      pool.chosen = choose_candidates(library, pool.truth, rules);
    });
    context.progress("choosing candidates", first + size, pools.size());
  }
}

void write_pools(std::span<const MadePool> pools, const MoleculeLibrary& library,
                 PackedFile& file) {
  std::string text = "{";
  for (const auto& pool : pools) {
    text +=
        fmt::format("{}\n{}: {}", &pool == pools.data() ? "" : ",",
                    compact(Json(pool.truth.smiles())), compact(Json(smiles_of(pool, library))));
    file.write(text);
    text.clear();
  }
  file.write("\n}\n");
}

std::optional<TrainingFingerprints> training_of(const PoolsConfig& config,
                                                const RunContext& context) {
  if (config.model) {
    auto fingerprints = read_training_fingerprints(*config.model);
    if (!fingerprints.empty()) return TrainingFingerprints{std::move(fingerprints), kTrainingBits};
    throw ArtifactError(
        fmt::format("{}: does not say which molecules it was trained on; name the "
                    "spectra with --training",
                    config.model->string()));
  }
  if (config.training.empty()) return {};
  const auto files = files_of({config.training, {}}, context);
  return TrainingFingerprints{training_fingerprints(files, kTrainingBits, context), kTrainingBits};
}

Json json_of(const PoolRanking& ranking) {
  Json json = {{"mrr", ranking.mrr}, {"recall", Json::object()}};
  for (const auto& [cutoff, recall] : ranking.recall) {
    json["recall"][fmt::format("{}", cutoff)] = recall;
  }
  return json;
}

Json json_of(const PoolsReport& report) {
  Json json = {{"spectra", report.spectra},
               {"left_out", report.left},
               {"ms1_scans", report.ms1_scans},
               {"pools", report.pools},
               {"not_in_library", report.not_in_library},
               {"cut", report.cut},
               {"candidates",
                {{"min", report.smallest},
                 {"median", report.median},
                 {"mean", report.mean},
                 {"max", report.largest}}},
               {"alone", report.alone},
               {"single", report.single},
               {"hardness", nullptr},
               {"random", json_of(report.random)}};
  if (report.hardness) {
    json["hardness"] = {{"mean", *report.hardness},
                        {"median", *report.median_hardness},
                        {"mean_of_ten", *report.hardness_of_ten},
                        {"above_0.8", *report.very_similar}};
  }
  if (report.nearest_training) json["nearest_training"] = json_of(*report.nearest_training);
  return json;
}

Json rules_json(const PoolsConfig& config) {
  Json json = {{"by", config.by == PoolBy::formula ? "formula" : "mass"}};
  if (config.by == PoolBy::mass) json["tolerance"] = to_string(config.tolerance);
  if (config.most) json["max"] = *config.most;
  if (config.isomers) json["isomers"] = *config.isomers;
  return json;
}

std::string record_of_pools(const PoolsConfig& config, const std::vector<fs::path>& files,
                            const MoleculeLibrary& library, const PoolsReport& report,
                            const RunContext& context) {
  Json json = json_of(report);
  json["schema_version"] = kPoolsRunVersion;
  json["program"] = "specbridge";
  json["version"] = program_version();
  json["command_line"] = context.command_line;
  json["seed"] = context.seed;
  json["rules"] = rules_json(config);
  json["library"] = {{"paths", Json::array()}, {"fingerprint", library.fingerprint()}};
  for (const auto& path : config.library) json["library"]["paths"].push_back(recorded(path));
  json["inputs"] = Json::array();
  for (const auto& input : fingerprints("spectra", files)) {
    json["inputs"].push_back({{"path", input.path}, {"sha256", input.sha256}});
  }
  return pretty(json);
}

}  // namespace

PoolsReport run_pools(const PoolsConfig& config, const RunContext& context) {
  check_pools_config(config);
  const auto files = files_of({config.spectra, config.format}, context);
  claim_pools(config, files, context);
  const auto library = open_molecule_library(config.library);
  const auto training = training_of(config, context);
  PoolsReport report;
  auto pools = read_truths(config, files, context, report);
  choose_all(pools, *library,
             {config.by, config.tolerance, config.most, config.isomers, context.seed}, context);
  add_figures(pools, *library, training ? &*training : nullptr, context, report);
  PackedFile file(config.out, is_packed(config.out) ? Packing::gzip : Packing::plain,
                  config.existing, context);
  write_pools(pools, *library, file);
  write_file(record_beside_pools(config.out),
             record_of_pools(config, files, *library, report, context), config.existing);
  file.commit();
  return report;
}

std::string to_json(const PoolsReport& report) {
  return pretty(json_of(report));
}

}  // namespace specbridge
