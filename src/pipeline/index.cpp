#include "specbridge/index.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "base/json.h"
#include "base/text.h"
#include "chem/standard_form.h"
#include "chem/tables/column_names.h"
#include "chem/tables/molecule_table.h"
#include "chem/tables/standardised_rows.h"
#include "encode/molecule_encoder.h"
#include "library/build/library_root.h"
#include "library/layout.h"
#include "library/library.h"
#include "pipeline/indexing/encode_runs.h"
#include "pipeline/indexing/intake.h"
#include "pipeline/indexing/keeping_work.h"
#include "pipeline/indexing/rules.h"
#include "specbridge/error.h"
#include "specbridge/existing.h"
#include "specbridge/version.h"
#include "store/file.h"
#include "store/journalled/journal.h"
#include "store/manifest.h"
#include "store/staging.h"

namespace specbridge {
namespace fs = std::filesystem;
namespace {

const DirectoryKind kLibrary = {"library"};

std::vector<fs::path> inputs_of(const IndexConfig& config) {
  auto inputs = config.molecules;
  for (const auto& folder : {config.encoder, config.model, config.added_to}) {
    if (folder) inputs.push_back(*folder);
  }
  return inputs;
}

/// Refuses columns that no list has, as far as that is known before it is read. @throws UsageError
void check_keep(const IndexConfig& config) {
  for (auto column = config.keep.begin(); column != config.keep.end(); ++column) {
    if (column_called({config.keep.begin(), column}, *column)) {
      throw UsageError(fmt::format("--keep {}: is asked for twice", *column));
    }
  }
  std::vector<std::string> seen;
  for (const auto& path : config.keep.empty() ? std::vector<fs::path>() : config.molecules) {
    if (path == "-") return;
    const MoleculeTable table(path);
    if (table.format() == "sdf") return;
    seen.insert(seen.end(), table.columns().begin(), table.columns().end());
  }
  for (const auto& column : config.keep) {
    if (column_called(seen, column)) continue;
    throw UsageError(fmt::format("--keep {}: no list has such a column; {}", column,
                                 seen.empty()
                                     ? "no line names columns"
                                     : fmt::format("found \"{}\"", fmt::join(seen, ", "))));
  }
}

/// Columns that no molecule has a value of.
void warn_of_empty(const IndexConfig& config, const IndexReport& report,
                   const RunContext& context) {
  for (const auto& column : config.keep) {
    const auto found = report.kept.find(column);
    if (found != report.kept.end() && found->second > 0) continue;
    context.warning(fmt::format("--keep {}: no molecule states a value of it", column));
  }
}

/// Tells of every stage which of the run's two it is, so that what is left is not taken for all.
class Stages final : public Reporter {
 public:
  explicit Stages(const RunContext& context) : out_(context) {}
  void begin(std::size_t number) { number_ = number; }

  void info(std::string_view text) override { out_.info(text); }
  void warning(std::string_view text) override { out_.warning(text); }
  void progress(std::string_view stage, std::size_t done, std::size_t total,
                std::string_view detail) override {
    out_.progress(named(stage), done, total, detail);
  }
  void progress_by_share(std::string_view stage, std::size_t done, double share) override {
    out_.progress_by_share(named(stage), done, share);
  }

 private:
  std::string named(std::string_view stage) const { return fmt::format("{}/2 {}", number_, stage); }

  const RunContext& out_;
  std::size_t number_ = 1;
};

/// What a run that goes on must have in common with the one before.
Json task_of(const IndexConfig& config, const LibraryOrigin& origin, const ShardRules& rules) {
  Json inputs = Json::array();
  for (const auto& [name, hash] : origin.inputs) inputs.push_back({name, hash});
  Json task = {{"verb", "index"},
               {"format", kStandardForm},
               {"program", program_version()},
               {"list", std::move(inputs)},
               {"encoder", rules.molecule_encoder_fingerprint},
               {"--rows", config.rows ? to_string(*config.rows) : "auto"},
               {"--faiss", rules.index},
               {"--keep", rules.further_columns},
               {"--shard-rows", rules.shard_rows}};
  if (config.part) task["--part"] = {config.part->number, config.part->of};
  if (config.added_to) {
    task["--add-to"] = sha256_of_file(*config.added_to / "manifest.json");
  }
  return task;
}

LibraryOrigin origin_of(const IndexConfig& config) {
  LibraryOrigin origin;
  for (const auto& path : config.molecules) {
    origin.inputs.emplace_back(path.filename().string(), path == "-" ? "" : sha256_of_file(path));
  }
  if (config.part) origin.part = LibraryPart{config.part->number, config.part->of};
  return origin;
}

/// The rows of the lists that a part has: equal shares in the order of the lists.
/// @param all rows that they have; not needed without parts
ListRows rows_of(const IndexConfig& config, std::size_t all) {
  if (!config.part) return {};
  const auto [number, of] = *config.part;
  return {all * (number - 1) / of, all * number / of};
}

/// rejects.tsv: what the library that was added to rejected, then what this run did.
void write_rejects(const IndexConfig& config, const JournalledDirectory& journal) {
  StagedFile file(journal.output() / layout::kRejects, Existing::replace);
  file.write(config.added_to ? read_file(*config.added_to / layout::kRejects) : rejects_header());
  for (const auto& part : rejects_of(journal)) file.write(read_file(part));
  file.commit();
}

/// What a library states of itself, with what was added to it.
LibraryOrigin with_added(const IndexConfig& config, LibraryOrigin origin) {
  if (!config.added_to) return origin;
  LibraryOrigin all = origin_of(Manifest::open(*config.added_to, "library"));
  all.read += origin.read;
  all.duplicates += origin.duplicates;
  all.rejected += origin.rejected;
  all.without_vector += origin.without_vector;
  all.inputs.insert(all.inputs.end(), origin.inputs.begin(), origin.inputs.end());
  return all;
}

/// The build itself, each stage going on where the journal ends.
IndexReport build(const IndexConfig& config, const MoleculeEncoder& encoder, ShardRules rules,
                  LibraryOrigin origin, JournalledDirectory& journal, const RunContext& context) {
  Stages stages(context);
  RunContext telling = context;
  telling.reporter = &stages;
  IndexReport report;
  const std::size_t all = config.part ? count_rows(config.molecules, context) : 0;
  const auto runs = read_into_runs(config, rows_of(config, all), journal, report, telling);
  if (many_rows(config, config.part ? all : report.read)) rules.row_type = RowType::f16;
  const std::size_t molecules = report.read - report.rejected;
  if (molecules == 0 && !config.part) {
    throw InputError({config.molecules.front().string(), 0},
                     fmt::format("none of {} is a molecule", counted(report.read, "row")));
  }
  warn_of_empty(config, report, context);
  stages.begin(2);
  std::optional<Library> known;
  if (config.added_to) known.emplace(Library::open(*config.added_to));
  const std::size_t present =
      known ? share_shards(*config.added_to, journal.output()) : std::size_t{0};
  JournalledShards shards(journal, rules, present);
  const std::size_t repeated =
      encode_runs(runs, encoder, known ? &*known : nullptr, shards, molecules, telling);
  const ShardProgress& progress = shards.progress();
  report.duplicates = repeated + progress.not_needed;
  report.rejected += progress.without_vector;
  if (progress.without_vector > 0) report.reasons[kNoVector] = progress.without_vector;
  report.rows = report.read - report.rejected - report.duplicates;
  origin.read = report.read;
  origin.duplicates = report.duplicates;
  origin.rejected = report.rejected;
  origin.without_vector = progress.without_vector;
  write_rejects(config, journal);
  write_library_root(journal.output(), rules, with_added(config, std::move(origin)),
                     known ? known->removed() : std::vector<std::size_t>());
  journal.commit();
  return report;
}

}  // namespace

IndexReport run_index(const IndexConfig& config, const RunContext& context) {
  claim_directory(config.out, kLibrary, inputs_of(config), config.existing, context);
  check_keep(config);
  const auto encoder = open_encoder(config, context);
  check_index(config, encoder->dim());
  const ShardRules rules = rules_for(config, *encoder);
  LibraryOrigin origin = origin_of(config);
  JournalledDirectory journal(config.out, kLibrary, config.existing,
                              config.resume ? Begin::resume : Begin::anew,
                              task_of(config, origin, rules));
  return keeping_work(
      journal, [&] { return build(config, *encoder, rules, std::move(origin), journal, context); });
}

std::string to_json(const IndexReport& report) {
  return pretty({{"read", report.read},
                 {"molecules", report.rows},
                 {"duplicates", report.duplicates},
                 {"rejected", report.rejected},
                 {"reasons", report.reasons}});
}

}  // namespace specbridge
