#include "specbridge/page.h"

#include <fmt/format.h>

#include <algorithm>
#include <span>
#include <utility>

#include "base/json.h"
#include "base/parallel.h"
#include "ms/input_files.h"
#include "pipeline/explain/explaining_score.h"
#include "pipeline/explain/listed_queries.h"
#include "pipeline/explain/record_beside.h"
#include "pipeline/page/hits_page.h"
#include "pipeline/page/query_parts.h"
#include "report/metrics_json.h"
#include "specbridge/error.h"
#include "specbridge/ion_of_spectrum.h"
#include "specbridge/version.h"
#include "store/paths.h"

namespace specbridge {
namespace fs = std::filesystem;
namespace {

void check_page_config(const PageConfig& config) {
  if (config.top == 0) throw UsageError("page: --top is 0; expected 1 or more");
  if (config.out == "-") throw UsageError("page: the page is a file; name one instead of -");
  if (std::ranges::find(config.spectra, fs::path("-")) == config.spectra.end()) return;
  throw UsageError(
      "page: the spectra are read twice and cannot come through a pipe; name their file");
}

void claim_page(const PageConfig& config, std::vector<fs::path> inputs, const RunContext& context) {
  inputs.push_back(config.model);
  claim_outputs({{config.out, config.existing}}, inputs, context);
}

/// The list's entry of a query: what is known without looking at its answers.
Json entry_of(const ListedQuery& listed) {
  const Query& query = *listed.query;
  Json entry{{"id", query.name.id},
             {"index", query.name.index},
             {"file", query.spectrum.origin.file},
             {"mz", number_or_null(query.spectrum.precursor_mz)},
             {"time", number_or_null(query.spectrum.retention_time)},
             {"adduct", query.ion.adduct ? query.ion.adduct->name : query.spectrum.adduct}};
  // The cells of the first row say the rest; the page knows the names of the columns.
  entry["cells"] = listed.answers.front().cells;
  return entry;
}

/// What a page shows of a query, made where others are made beside it.
struct ShownQuery {
  Json entry;
  QueryParts parts;
};

std::vector<ShownQuery> shown_all(std::span<const ListedQuery> queries,
                                  const std::vector<std::string>& columns,
                                  const FragmentModel* model, const RunContext& context) {
  std::vector<ShownQuery> all(queries.size());
  parallel_for(queries.size(), context.threads, [&](std::size_t i) {
    context.check_interrupt();
    all[i] = {entry_of(queries[i]), query_parts(queries[i], columns, model)};
  });
  return all;
}

Json facts_of_page(const PageConfig& config, const std::vector<std::string>& columns,
                   const ExplainingScore& score) {
  return {{"program", fmt::format("specbridge {}", program_version())},
          {"hits", recorded(config.hits)},
          {"model", recorded(config.model)},
          {"model_fingerprint", score.fingerprint},
          {"warning", score.warning},
          {"score", score.learned ? "fragments" : "fixed"},
          {"top", config.top},
          {"columns", columns},
          {"record", record_beside(config.hits)}};
}

}  // namespace

std::string to_json(const PageReport& report) {
  return pretty(
      {{"queries", report.queries}, {"answers", report.answers}, {"bytes", report.bytes}});
}

void check_page(const PageConfig& config, const RunContext& context) {
  check_page_config(config);
  auto inputs = config.spectra;
  inputs.push_back(config.hits);
  claim_page(config, inputs, context);
}

PageReport run_page(const PageConfig& config, const RunContext& context) {
  check_page_config(config);
  const SearchedSpectra spectra{files_of({config.spectra, config.format}, context), config.format};
  auto inputs = spectra.files;
  inputs.push_back(config.hits);
  claim_page(config, inputs, context);
  const ExplainingScore score = open_explaining_score(config.model);
  warn_of_score(score, config.model, config.hits, context);
  const auto records = records_of(spectra, context);
  const auto listed = read_listed_answers(config.hits, records, {config.top, {}, RowCells::keep});
  if (!listed.note.empty()) context.warning(listed.note);
  HitsPage page(config.out, config.existing, context);
  PageReport report;
  report.queries = listed.queries;
  for_each_listed(spectra, listed, context, [&](std::span<const ListedQuery> queries) {
    for (const auto& query : shown_all(queries, listed.columns, score.learned.get(), context)) {
      page.add(query.entry, query.parts);
    }
    for (const auto& query : queries) {
      report.answers += static_cast<std::size_t>(std::ranges::count_if(
          query.answers, [](const ListedAnswer& answer) { return answer.rank.has_value(); }));
    }
  });
  report.bytes = page.finish(facts_of_page(config, listed.columns, score));
  return report;
}

}  // namespace specbridge
