#include "specbridge/similarity.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <optional>

#include "base/json.h"
#include "base/parallel.h"
#include "base/text.h"
#include "pipeline/similarity/best_pairs.h"
#include "pipeline/similarity/compared_spectra.h"
#include "pipeline/similarity/listed_pairs.h"
#include "pipeline/similarity/pair_scores.h"
#include "pipeline/similarity/pair_table.h"
#include "specbridge/error.h"
#include "specbridge/version.h"
#include "store/file.h"
#include "store/output_place.h"
#include "store/output_table.h"
#include "store/paths.h"
#include "store/staging.h"

namespace specbridge {
namespace fs = std::filesystem;
namespace {

constexpr std::size_t kBlockQueries = 256;
constexpr std::size_t kTogether = 16;  // queries that are compared side by side
constexpr std::size_t kBlockPairs = 16'384;
constexpr int kPairsRunVersion = 1;

bool has_files_beside(const SimilarityConfig& config) {
  return config.out != "-" && !is_stream(config.out);
}

fs::path run_record_beside(const fs::path& out) {
  fs::path path = out;
  return path += ".run.json";
}

void check_inputs(const SimilarityConfig& config) {
  std::vector<fs::path> inputs = {config.queries};
  if (config.references) inputs.push_back(*config.references);
  if (config.pairs) inputs.push_back(*config.pairs);
  if (std::ranges::count(inputs, fs::path("-")) > 1) {
    throw UsageError("\"-\" is given twice; standard input can be read once");
  }
}

void claim_pairs(const SimilarityConfig& config, const RunContext& context) {
  check_table_name(config.out);
  std::vector<fs::path> inputs = {config.queries};
  if (config.references) inputs.push_back(*config.references);
  if (config.pairs) inputs.push_back(*config.pairs);
  if (!config.model.empty()) inputs.push_back(config.model);
  std::vector<Output> outputs = {{config.out, config.existing}};
  if (has_files_beside(config)) {
    outputs.push_back({records_beside(config.out), config.existing});
    outputs.push_back({run_record_beside(config.out), config.existing});
  }
  claim_outputs(outputs, inputs, context);
}

/// Writes the rows of all queries, block by block, and counts them.
class PairWriter {
 public:
  PairWriter(const SimilarityConfig& config, const BothSides& sides,
             const SpectrumComparer& comparer, const RunContext& context, OutputTable& table)
      : config_(config), sides_(sides), comparer_(comparer), context_(context), table_(table) {
    rows_.queries.resize(sides.queries.records.size());
    rows_.references.resize(sides.references.records.size());
    table_.write(pair_header(comparer.scores(), config.mode));
  }

  void write_best(SimilarityReport& report) {
    const std::size_t queries = sides_.queries.records.size();
    for (std::size_t first = 0; first < queries; first += kBlockQueries) {
      context_.check_interrupt();
      write_block(first, std::min(kBlockQueries, queries - first), report);
      context_.progress("comparing spectra", first, queries);
    }
  }

  void write_listed(ListedPairs& listed, SimilarityReport& report) {
    for (auto pairs = listed.next(kBlockPairs); !pairs.empty(); pairs = listed.next(kBlockPairs)) {
      context_.check_interrupt();
      std::vector<std::string> rows(pairs.size());
      parallel_for(pairs.size(), context_.threads,
                   [&](std::size_t i) { rows[i] = listed_row(pairs[i]); });
      for (const auto& row : rows) table_.write(row);
      report.rows += pairs.size();
      for (const auto& pair : pairs) count(pair.query, pair.reference, report);
      context_.progress("comparing pairs", report.rows, 0);
    }
  }

  const RowsOfRecords& rows() const noexcept { return rows_; }

 private:
  void write_block(std::size_t first, std::size_t size, SimilarityReport& report) {
    std::vector<BestPairs> best(size);
    std::vector<std::string> texts(size);
    parallel_for((size + kTogether - 1) / kTogether, context_.threads, [&](std::size_t part) {
      const std::size_t start = part * kTogether;
      auto found = best_pairs({first + start, std::min(kTogether, size - start)}, sides_, comparer_,
                              config_);
      for (std::size_t i = 0; i < found.size(); ++i) {
        texts[start + i] = text_of(first + start + i, found[i]);
        best[start + i] = std::move(found[i]);
      }
    });
    for (std::size_t i = 0; i < size; ++i) {
      table_.write(texts[i]);
      count(first + i, best[i], report);
    }
  }

  void count(std::size_t query, const BestPairs& best, SimilarityReport& report) {
    report.compared += best.compared;
    report.rows += best.pairs.size();
    rows_.queries[query] += best.pairs.size();
    for (const ScoredPair& pair : best.pairs) ++rows_.references[pair.reference];
  }

  std::string text_of(std::size_t query, const BestPairs& best) const {
    std::string text;
    for (const ScoredPair& pair : best.pairs) {
      text += pair_row(sides_.queries.records[query], sides_.references.records[pair.reference],
                       comparer_.scores(), pair.scores);
      text += '\n';
    }
    return text;
  }

  std::string listed_row(const ListedPair& pair) const {
    const auto& query = sides_.queries.records[pair.query];
    const auto& reference = sides_.references.records[pair.reference];
    std::vector<Similarity> similarities;
    std::string message;
    if (const auto& refusal = query.refusal ? query.refusal : reference.refusal) {
      message = fmt::format("{}: {}", query.refusal ? "query" : "reference", refusal->message);
    } else if (query.kind != reference.kind) {
      message = "one of the two is of electron ionisation";
    } else if (!comparable(query, reference)) {
      message = "the two are of different polarity";
    } else {
      for (std::size_t score = 0; score < comparer_.scores().size(); ++score) {
        similarities.push_back(comparer_.compare(score, query, reference));
      }
    }
    return fmt::format("{}\t{}\n", pair_row(query, reference, comparer_.scores(), similarities),
                       one_line(message));
  }

  void count(std::size_t query, std::size_t reference, SimilarityReport& report) {
    ++rows_.queries[query];
    ++rows_.references[reference];
    const auto& asked = sides_.queries.records[query];
    const auto& other = sides_.references.records[reference];
    if (!asked.refusal && !other.refusal && comparable(asked, other)) ++report.compared;
  }

  const SimilarityConfig& config_;
  const BothSides& sides_;
  const SpectrumComparer& comparer_;
  const RunContext& context_;
  OutputTable& table_;
  RowsOfRecords rows_;
};

void count_records(const ComparedSpectra& side, SimilarityReport& report) {
  for (const ComparedSpectrum& record : side.records) {
    if (record.refusal) ++report.without[std::string(to_string(record.refusal->status))];
  }
  report.ms1_scans += side.ms1_scans;
  report.damaged_files += side.damaged_files;
}

SimilarityReport report_on(const BothSides& sides) {
  SimilarityReport report;
  report.queries = sides.queries.records.size();
  report.references = sides.references.records.size();
  count_records(sides.queries, report);
  if (!sides.is_same()) count_records(sides.references, report);
  return report;
}

Json json_of(const SimilarityReport& report) {
  return {{"queries", report.queries},
          {"references", report.references},
          {"without", report.without},
          {"compared", report.compared},
          {"rows", report.rows},
          {"ms1_scans", report.ms1_scans},
          {"damaged_files", report.damaged_files}};
}

Json files_json(const ComparedSpectra& side) {
  Json files = Json::array();
  for (const auto& file : side.files) {
    files.push_back({{"path", recorded(file.path)},
                     {"format", file.format},
                     {"queries", file.queries},
                     {"ms1_scans", file.ms1_scans}});
    if (!file.error.empty()) files.back()["error"] = file.error;
  }
  return files;
}

Json pairs_json(const SimilarityConfig& config) {
  switch (config.mode) {
    case PairMode::listed:
      return {{"mode", "listed"}, {"pairs", recorded(*config.pairs)}};
    case PairMode::open:
      return {{"mode", "open"}, {"k", config.k}};
    case PairMode::identity:
      break;
  }
  return {{"mode", "identity"},
          {"precursor_tolerance", to_string(config.precursor_tolerance)},
          {"k", config.k}};
}

Json run_record(const SimilarityConfig& config, const BothSides& sides,
                const SpectrumComparer& comparer, const SimilarityReport& report,
                const RunContext& context) {
  Json json = json_of(report);
  json["schema_version"] = kPairsRunVersion;
  json["program"] = "specbridge";
  json["version"] = program_version();
  json["command_line"] = context.command_line;
  json["comparison"] = pairs_json(config);
  for (const PairScore& score : comparer.scores()) {
    json["scores"].push_back(score.rule ? to_json(*score.rule) : Json{{"score", score.name}});
  }
  json["files"] = {{"queries", files_json(sides.queries)}};
  if (!sides.is_same()) json["files"]["references"] = files_json(sides.references);
  if (comparer.model()) {
    json["model"] = {{"path", recorded(config.model)},
                     {"fingerprint", comparer.model()->fingerprint()}};
  }
  return json;
}

/// A run that compares nothing has been told something wrong.
void check_usable(const ComparedSpectra& side, const fs::path& input) {
  if (!side.by_precursor.empty()) return;
  const auto refused = std::ranges::find_if(
      side.records, [](const ComparedSpectrum& record) { return record.refusal.has_value(); });
  throw InputError(
      {input.string(), 0},
      fmt::format("none of {} can be compared; the first: {}",
                  counted(side.records.size(), "spectrum", "spectra"), refused->refusal->message));
}

SimilarityReport compare_sides(const SimilarityConfig& config, const BothSides& sides,
                               const SpectrumComparer& comparer, const RunContext& context) {
  SimilarityReport report = report_on(sides);
  OutputTable table(config.out, config.existing, context);
  PairWriter writer(config, sides, comparer, context, table);
  if (config.mode == PairMode::listed) {
    ListedPairs listed(*config.pairs, report.queries, report.references);
    writer.write_listed(listed, report);
  } else {
    writer.write_best(report);
  }
  table.seal();
  if (has_files_beside(config)) {
    StagedFile records(records_beside(config.out), config.existing);
    write_records(sides, writer.rows(), records);
    records.commit();
    write_file(run_record_beside(config.out),
               pretty(run_record(config, sides, comparer, report, context)), config.existing);
  }
  table.finish();
  return report;
}

}  // namespace

fs::path records_beside(const fs::path& pairs) {
  fs::path path = pairs;
  return path.replace_extension(".records.tsv");
}

SimilarityReport run_similarity(const SimilarityConfig& config, const RunContext& context) {
  check_inputs(config);
  auto scores = pair_scores(config);
  claim_pairs(config, context);
  const SpectrumComparer comparer(config, std::move(scores), context);
  const ComparedSpectra queries = comparer.read(config.queries);
  check_usable(queries, config.queries);
  if (!config.references) return compare_sides(config, {queries, queries}, comparer, context);
  const ComparedSpectra references = comparer.read(*config.references);
  check_usable(references, *config.references);
  return compare_sides(config, {queries, references}, comparer, context);
}

std::string to_json(const SimilarityReport& report) {
  return pretty(json_of(report));
}

}  // namespace specbridge
