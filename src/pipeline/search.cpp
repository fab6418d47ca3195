#include "pipeline/search.h"

#include <fmt/format.h>

#include <optional>
#include <utility>

#include "base/json.h"
#include "base/text.h"
#include "ms/input_files.h"
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
#include "store/paths.h"
#include "store/staging.h"

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
}

/// Where the record of the run goes: `<hits>.run.json`, unless another name is given; nothing for
/// hits on standard output, a device or a pipe.
std::optional<fs::path> run_json_path(const SearchConfig& config) {
  if (config.run_json) return config.run_json;
  if (config.out == "-" || is_stream(config.out)) return {};
  fs::path path = config.out;
  path += ".run.json";
  return path;
}

/// Whether a file is the record of a run that wrote these hits.
bool is_record_of(const fs::path& file, const fs::path& hits) {
  std::error_code ignored;
  if (!fs::is_regular_file(file, ignored)) return false;
  try {
    const Json json = parse_json(read_file(file), file.string());
    return json.is_object() && json.value("program", Json()) == "specbridge" &&
           json.value("hits", Json()) == hits.string();
  } catch (const Error&) {
    return false;
  }
}

/// A record without its hits is half of a run that was killed while it published them.
Existing existing_record(const SearchConfig& config, const fs::path& record) {
  const bool half = !fs::exists(config.out) && is_record_of(record, config.out);
  return half ? Existing::replace : config.existing;
}

void claim(const SearchConfig& config, std::vector<fs::path> inputs, const RunContext& context) {
  if (config.sources.pools) inputs.push_back(*config.sources.pools);
  std::vector<Output> outputs = {{config.out, config.existing}};
  if (config.rejects) outputs.push_back({*config.rejects, config.existing});
  if (const auto record = run_json_path(config)) {
    outputs.push_back({*record, existing_record(config, *record)});
  }
  claim_outputs(outputs, inputs, context);
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
  if (parts.library) {
    facts["library"] = {{"path", config.sources.library->string()},
                        {"fingerprint", parts.library->fingerprint()}};
  }
  return facts;
}

/// Ranks all queries, writes their rows and publishes what was written.
SearchReport answer(const SearchConfig& config, const std::vector<fs::path>& files,
                    const Searcher& searcher, OutputTable& table, const RunContext& context) {
  const SearchParts& parts = searcher.parts();
  table.write(hits_header(evidence_columns(searcher)));
  const auto run_json = run_json_path(config);
  RunRecord record({run_json, config.rejects, config.max_errors, config.existing,
                    run_json ? existing_record(config, *run_json) : config.existing});
  UnseenIons unseen(parts.model->trained_adducts());
  QueryStream stream(files, config.format, parts.rules);
  const auto structures = parts.pools ? Structures::read : Structures::skip;
  for_each_chunk(stream, structures, context, [&](std::vector<Query>& queries) {
    const auto lists = searcher.rank(queries, config.options);
    for (std::size_t i = 0; i < queries.size(); ++i) {
      table.write(rows_text(queries[i], lists[i], searcher, unseen));
      record.count(queries[i], lists[i]);
      unseen.count(queries[i].ion.adduct);
    }
    context.progress("searching", stream.queries(), 0);
  });
  if (stream.queries() == 0) {
    throw InputError({config.spectra.front().string(), 0}, "holds no MS2 spectrum");
  }
  SearchReport report = record.finish(stream);
  report.unseen_adducts = unseen.counts();
  unseen.warn(report.queries, context);
  table.seal();
  record.publish(report, facts_of(config, parts, context));
  table.finish();
  return report;
}

}  // namespace

SearchReport run_search(const SearchConfig& config, std::span<const EvidenceRow> evidence,
                        const RunContext& context) {
  check_config(config);
  const auto files = files_of({config.spectra, config.format}, context);
  claim(config, files, context);
  const Searcher searcher = open_searcher(config.sources, evidence, context);
  OutputTable table(config.out, config.existing);
  try {
    return answer(config, files, searcher, table, context);
  } catch (const ReaderGone&) {
    throw;
  } catch (const Error&) {
    if (table.printed() > 1) {
      context.warning(
          fmt::format("standard output is not complete: {} rows were printed before "
                      "the run failed",
                      with_thousands(table.printed() - 1)));
    }
    throw;
  }
}

SearchReport run_search(const SearchConfig& config, const RunContext& context) {
  return run_search(config, built_in_evidence(), context);
}

}  // namespace specbridge
