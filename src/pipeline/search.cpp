#include "pipeline/search.h"

#include <fmt/format.h>

#include <optional>
#include <utility>

#include "base/json.h"
#include "base/text.h"
#include "ms/input_files.h"
#include "pools/pool_claims.h"
#include "ranking/hits_table.h"
#include "search/evidence.h"
#include "search/run_record.h"
#include "search/search_parts.h"
#include "search/unseen_ions.h"
#include "specbridge/error.h"
#include "specbridge/ion_of_spectrum.h"
#include "specbridge/molecule_text.h"
#include "specbridge/status.h"
#include "store/file.h"
#include "store/output_table.h"

namespace specbridge {
namespace fs = std::filesystem;
namespace {

std::string joined(const std::string& first, const std::string& second) {
  return first.empty() || second.empty() ? first + second : first + "; " + second;
}

/// The kinds of evidence that have a column of their own: none where there is one kind, which is
/// the score.
std::vector<std::string> evidence_columns(const Searcher& searcher) {
  auto names = searcher.evidence();
  return names.size() > 1 ? std::move(names) : std::vector<std::string>();
}

/// What the rows of a query have in common.
Hit row_of(const Query& query, const RankedList& list, std::size_t evidence_columns) {
  Hit hit;
  hit.query_id = query.name.id;
  hit.query_index = query.name.index;
  hit.adduct = query.ion.adduct ? query.ion.adduct->name : query.spectrum.adduct;
  hit.precursor_mz = query.spectrum.precursor_mz;
  if (list.status == Status::ok) hit.candidates = list.candidates;
  hit.status = list.status;
  hit.message = list.message;
  hit.evidence.assign(evidence_columns, kMissing);
  return hit;
}

void add_answer(const RankedHit& answer, const MoleculeText& molecule, Hit& hit) {
  hit.score = answer.score;
  hit.library_id = molecule.id;
  hit.smiles = molecule.smiles;
  hit.inchikey14 = molecule.inchikey14;
  hit.formula = molecule.formula;
  hit.exact_mass = molecule.exact_mass;
  hit.evidence = answer.evidence;
}

std::string rows_text(const Query& query, const RankedList& list, const Searcher& searcher,
                      const UnseenIons& unseen) {
  Hit hit = row_of(query, list, evidence_columns(searcher).size());
  if (list.hits.empty()) return to_line(hit);
  std::string text;
  auto adduct = query.ion.adduct;
  for (std::size_t i = 0; i < list.hits.size(); ++i) {
    const MoleculeText molecule = searcher.molecule(list.hits[i].row);
    hit.rank = i + 1;
    add_answer(list.hits[i], molecule, hit);
    if (!list.assumed.empty()) {
      adduct = nearest_adduct(list.assumed, *hit.precursor_mz, molecule.exact_mass);
      hit.adduct = adduct->name;
    }
    hit.message = joined(list.message, unseen.message(adduct));
    if (adduct && hit.precursor_mz) {
      hit.mass_error_ppm = mass_error_ppm(*hit.precursor_mz, ion_mz(*adduct, molecule.exact_mass));
    }
    text += to_line(hit);
  }
  return text;
}

void check_config(const SearchConfig& config) {
  check_sources(config.sources);
  if (config.rejects == "-" || config.run_json == "-") {
    throw UsageError("search: only --out can be -; name a file for --rejects and --run-json");
  }
  if (config.out != "-") check_output(config.out, config.existing);
}

/// Where the record of the run goes: `<hits>.run.json`, unless another name is given; nothing for
/// hits on standard output.
std::optional<fs::path> run_json_path(const SearchConfig& config) {
  if (config.run_json) return config.run_json;
  if (config.out == "-") return {};
  fs::path path = config.out;
  path += ".run.json";
  return path;
}

void check_outputs(const SearchConfig& config, std::vector<fs::path> inputs) {
  std::vector<fs::path> outputs = {config.out};
  for (const auto& output : {config.rejects, run_json_path(config)}) {
    if (output) outputs.push_back(*output);
  }
  if (config.sources.pools) inputs.push_back(*config.sources.pools);
  check_distinct(outputs, inputs);
  check_table_name(config.out);
  if (config.rejects) check_table_name(*config.rejects);
}

/// What run.json says beside counts and files.
Json facts_of(const SearchConfig& config, const SearchParts& parts, const RunContext& context) {
  Json facts;
  facts["command_line"] = context.command_line;
  facts["candidates"] = to_json(config.sources, config.options.k);
  facts["hits"] = config.out.string();
  if (config.rejects) facts["rejects"] = config.rejects->string();
  facts["model"] = {{"path", config.sources.model.string()},
                    {"fingerprint", parts.model->fingerprint()}};
  const auto warning = warning_about(parts.model->training_data(), config.sources.model.string());
  if (!warning.empty()) facts["model"].update({{"simulated", true}, {"warning", warning}});
  if (parts.library) {
    facts["library"] = {{"path", config.sources.library->string()},
                        {"fingerprint", parts.library->fingerprint()}};
  }
  return facts;
}

void tell_sources(const SearchConfig& config, const SearchParts& parts, const RunContext& context) {
  const auto& data = parts.model->training_data();
  context.info(fmt::format("{}: model {:.12}, trained on {}", config.sources.model.string(),
                           parts.model->fingerprint(),
                           data.spectra == 0 ? std::string("what it does not say")
                                             : counted(data.spectra, "spectrum", "spectra")));
  if (parts.library) {
    context.info(fmt::format("{}: library of {}", config.sources.library->string(),
                             counted(parts.library->rows(), "molecule")));
  }
  if (parts.pools) {
    context.info(fmt::format("{}: {} of {}", config.sources.pools->string(),
                             counted(parts.pools->pools(), "pool"),
                             counted(parts.pools->molecules().size(), "molecule")));
  }
}

void tell_files(const SearchReport& report, const RunContext& context) {
  for (const auto& file : report.files) {
    context.info(fmt::format("{}: {}, {}", file.path, counted(file.queries, "spectrum", "spectra"),
                             file.format));
  }
}

}  // namespace

SearchReport run_search(const SearchConfig& config, std::span<const EvidenceRow> evidence,
                        const RunContext& context) {
  check_config(config);
  const auto files = files_of({config.spectra, config.format}, context);
  check_outputs(config, files);
  const Searcher searcher = open_searcher(config.sources, evidence, context);
  const SearchParts& parts = searcher.parts();
  tell_sources(config, parts, context);

  OutputTable table(config.out, config.existing);
  table.write(hits_header(evidence_columns(searcher)));
  RunRecord record({run_json_path(config), config.rejects, config.max_errors, config.existing});
  UnseenIons unseen(parts.model->trained_adducts());
  std::optional<PoolClaims> claims;
  if (parts.pools) claims.emplace(*parts.pools);
  QueryStream stream(files, config.format, parts.rules);
  const auto structures = parts.pools ? Structures::read : Structures::skip;
  for_each_chunk(stream, structures, context, [&](std::vector<Query>& queries) {
    const auto lists = searcher.rank(queries, config.options);
    for (std::size_t i = 0; i < queries.size(); ++i) {
      table.write(rows_text(queries[i], lists[i], searcher, unseen));
      record.count(queries[i], lists[i]);
      unseen.count(queries[i].ion.adduct);
      if (claims) claims->count(queries[i].name);
    }
    context.progress("searching", stream.queries(), 0);
  });
  if (stream.queries() == 0) {
    throw InputError({config.spectra.front().string(), 0}, "holds no MS2 spectrum");
  }
  SearchReport report = record.finish(stream);
  report.unseen_adducts = unseen.counts();
  tell_files(report, context);
  unseen.warn(report.queries, context);
  if (claims) claims->warn(*config.sources.pools, context);
  table.finish();
  record.publish(report, facts_of(config, parts, context));
  return report;
}

SearchReport run_search(const SearchConfig& config, const RunContext& context) {
  return run_search(config, built_in_evidence(), context);
}

}  // namespace specbridge
