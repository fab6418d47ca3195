#include "pipeline/mces.h"

#include <fmt/format.h>

#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/json.h"
#include "base/text.h"
#include "chem/smiles_cache.h"
#include "mces/batch.h"
#include "mces/pair_reader.h"
#include "specbridge/error.h"
#include "store/output_table.h"
#include "store/staging.h"

namespace specbridge {
namespace {

constexpr std::size_t kGraphsKept = 16'384;  // some KiB each
constexpr std::size_t kChunkPairs = 4096;    // read and computed together
constexpr std::string_view kHeader =
    "smiles1\tsmiles2\tdistance\texact\tlower\tupper\tmilliseconds\tmessage\n";

using ReadGraph = std::variant<MoleculeGraph, Rejection>;

using Graphs = SmilesCache<ReadGraph>;
using Graph = std::shared_ptr<const ReadGraph>;

/// The graphs of a row; none for a row without two SMILES.
struct RowGraphs {
  Graph first, second;
};

std::vector<RowGraphs> graphs_of(const std::vector<PairRow>& rows, Graphs& graphs,
                                 const RunContext& context) {
  std::vector<std::string_view> texts;
  for (const PairRow& row : rows) {
    if (!row.problem.empty()) continue;
    texts.push_back(row.first);
    texts.push_back(row.second);
  }
  graphs.learn(texts, context);
  std::vector<RowGraphs> found(rows.size());
  for (std::size_t i = 0; i < rows.size(); ++i) {
    if (rows[i].problem.empty()) found[i] = {graphs.of(rows[i].first), graphs.of(rows[i].second)};
  }
  return found;
}

/// Why a row has no distance; empty when it has one.
std::string problem_of(const PairRow& row, const RowGraphs& graphs) {
  if (!row.problem.empty()) return row.problem;
  const auto problem_with = [&](std::string_view column, const Graph& graph) {
    const auto* rejection = std::get_if<Rejection>(&*graph);
    return rejection == nullptr ? std::string() : fmt::format("{}: {}", column, rejection->message);
  };
  const std::string problem = problem_with("smiles1", graphs.first);
  return problem.empty() ? problem_with("smiles2", graphs.second) : problem;
}

std::string message_of(const McesResult& result) {
  if (!result.capped) return {};
  return fmt::format("given up after {}; the distance is from {} to {}",
                     counted(result.nodes, "node"), shortest(result.lower), shortest(result.upper));
}

std::string line_of(const PairRow& row, const TimedMces& timed) {
  const McesResult& result = timed.result;
  return fmt::format("{}\t{}\t{}\t{}\t{}\t{}\t{:.3f}\t{}\n", one_line(row.first),
                     one_line(row.second), shortest(result.distance), result.exact ? 1 : 0,
                     shortest(result.lower), shortest(result.upper), timed.milliseconds,
                     message_of(result));
}

std::string line_of(const PairRow& row, std::string_view problem) {
  return fmt::format("{}\t{}\t\t\t\t\t\t{}\n", one_line(row.first), one_line(row.second),
                     one_line(problem));
}

void count(const McesResult& result, McesReport& report) {
  if (result.capped) {
    ++report.capped;
  } else if (result.exact) {
    ++report.exact;
  } else {
    ++report.beyond;
  }
}

/// The lines of some rows.
std::string table_of(const std::vector<PairRow>& rows, Graphs& graphs, McesBatch& batch,
                     McesReport& report, const RunContext& context) {
  const auto read = graphs_of(rows, graphs, context);
  std::vector<std::string> problems;
  std::vector<McesPair> pairs;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    problems.push_back(problem_of(rows[i], read[i]));
    if (!problems.back().empty()) continue;
    pairs.push_back(
        {&std::get<MoleculeGraph>(*read[i].first), &std::get<MoleculeGraph>(*read[i].second)});
  }
  const auto results = batch.run(pairs, context);
  std::string text;
  std::size_t next = 0;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    ++report.rows;
    if (problems[i].empty()) {
      count(results[next].result, report);
      text += line_of(rows[i], results[next++]);
    } else {
      if (report.unreadable++ == 0) report.first_problem = one_line(problems[i], 200);
      text += line_of(rows[i], problems[i]);
    }
  }
  return text;
}

}  // namespace

McesReport run_mces(const McesConfig& config, const RunContext& context) {
  check_mces_options(config.options);
  check_table_name(config.out);
  claim_outputs({{config.out, config.existing}}, {config.pairs}, context);
  OutputTable table(config.out, config.existing, context);
  PairReader reader(config.pairs);
  table.write(kHeader);
  Graphs graphs(read_molecule_graph, kGraphsKept);
  McesBatch batch(config.options);
  McesReport report;
  for (auto rows = reader.next(kChunkPairs); !rows.empty(); rows = reader.next(kChunkPairs)) {
    context.check_interrupt();
    table.write(table_of(rows, graphs, batch, report, context));
    context.progress("comparing pairs", report.rows, 0);
  }
  if (report.rows == 0) {
    throw InputError({reader.name(), 0},
                     "holds no pair; expected two SMILES a line, separated by a tab, semicolon or "
                     "comma");
  }
  if (report.unreadable == report.rows) {
    throw InputError({reader.name(), 0},
                     fmt::format("none of {} can be read; {}", counted(report.rows, "pair"),
                                 report.first_problem));
  }
  table.finish();
  return report;
}

std::string to_json(const McesReport& report) {
  return pretty({{"pairs", report.rows},
                 {"exact", report.exact},
                 {"beyond", report.beyond},
                 {"capped", report.capped},
                 {"unreadable", report.unreadable}});
}

}  // namespace specbridge
