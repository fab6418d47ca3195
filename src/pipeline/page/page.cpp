#include "specbridge/page.h"

#include <fmt/format.h>

#include <span>
#include <utility>

#include "base/json.h"
#include "ms/input_files.h"
#include "pipeline/explain/explained_table.h"
#include "pipeline/explain/record_beside.h"
#include "pipeline/page/hits_page.h"
#include "pipeline/page/shown_queries.h"
#include "specbridge/error.h"
#include "specbridge/version.h"
#include "store/paths.h"

namespace specbridge {
namespace fs = std::filesystem;
namespace {

void check_page_config(const PageConfig& config) {
  check_shown("page", config.top, config.spectra);
  if (config.out == "-") throw UsageError("page: the page is a file; name one instead of -");
}

void claim_page(const PageConfig& config, std::vector<fs::path> inputs, const RunContext& context) {
  if (!config.model.empty()) inputs.push_back(config.model);
  if (config.spectral_library) inputs.push_back(*config.spectral_library);
  claim_outputs({{config.out, config.existing}}, inputs, context);
}

Json facts_of_page(const PageConfig& config, const std::vector<std::string>& columns,
                   const ExplainingScore& score) {
  Json facts{{"program", fmt::format("specbridge {}", program_version())},
             {"hits", recorded(config.hits)},
             {"model", config.model.empty() ? std::string() : recorded(config.model)},
             {"model_fingerprint", score.fingerprint},
             {"warning", score.warning},
             {"score", score.learned ? "fragments" : "fixed"},
             {"top", config.top},
             {"columns", columns},
             {"record", record_beside(config.hits)}};
  // The record says what the run had; without one the model that is named is taken for its.
  if (score.absent) facts["absent"] = *score.absent;
  return facts;
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
  const auto [score, listed] = open_explained_table(config.hits, spectra, config.model,
                                                    {config.top, {}, ListedCells::keep}, context);
  HitsPage page(config.out, config.existing, context);
  PageReport report;
  report.queries = listed.queries;
  const auto& columns = listed.columns;
  const auto library = open_named(config.spectral_library, config.hits, context);
  const AnswerView view{columns, score.learned.get(), library ? &*library : nullptr};
  for_each_listed(spectra, listed, context, [&](std::span<const ListedQuery> queries) {
    for (const auto& query : shown_queries(queries, view, context)) {
      page.add(query.entry, query.parts);
      report.answers += query.answers;
    }
  });
  Json facts = facts_of_page(config, columns, score);
  if (library) {
    facts["spectral_library"] = recorded(*config.spectral_library);
    facts["spectra"] = library->library().spectra();
    facts["spectral_library_fingerprint"] = library->library().fingerprint();
  }
  report.bytes = page.finish(facts);
  return report;
}

}  // namespace specbridge
