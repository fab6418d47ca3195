#include "specbridge/search.h"

#include <fmt/format.h>

#include "base/text.h"
#include "chem/formula.h"
#include "ms/input_files.h"
#include "ms/ions/ion_of_spectrum.h"
#include "ranking/hits_table.h"
#include "search/candidate_source.h"
#include "search/matching_library.h"
#include "search/query.h"
#include "search/run_record.h"
#include "search/unseen_ions.h"
#include "specbridge/error.h"
#include "store/output_table.h"

namespace specbridge {
namespace fs = std::filesystem;
namespace {

constexpr std::size_t kChunkQueries = 4096;  // read, embedded and ranked together

Hit row_of(const Query& query, const RankedList& list, const std::optional<Adduct>& adduct) {
  Hit hit;
  hit.query_id = query.spectrum.id;
  hit.query_index = query.index;
  hit.adduct = adduct ? adduct->name : query.spectrum.adduct;
  hit.precursor_mz = query.spectrum.precursor_mz;
  if (list.status == "ok") hit.candidates = list.candidates;
  hit.status = list.status;
  hit.message = list.message;
  return hit;
}

std::string joined(const std::string& first, const std::string& second) {
  return first.empty() || second.empty() ? first + second : first + "; " + second;
}

std::string rows_text(const Query& query, const RankedList& list, const CandidateSource& source,
                      const UnseenIons& unseen) {
  auto adduct = adduct_of(query.spectrum);
  Hit hit = row_of(query, list, adduct);
  if (list.hits.empty()) return to_line(hit);
  std::string text;
  for (std::size_t i = 0; i < list.hits.size(); ++i) {
    const auto candidate = source.describe(list.hits[i].row);
    hit.rank = i + 1;
    hit.score = list.hits[i].score;
    hit.library_id = candidate.id;
    hit.smiles = candidate.smiles;
    hit.inchikey14 = candidate.inchikey14;
    hit.formula = candidate.formula;
    hit.exact_mass = candidate.exact_mass;
    if (!list.assumed.empty()) {
      adduct = nearest_adduct(list.assumed, *hit.precursor_mz, candidate.exact_mass);
      hit.adduct = adduct->name;
    }
    hit.message = joined(list.message, unseen.message(adduct));
    if (adduct && hit.precursor_mz) {
      hit.mass_error_ppm = mass_error_ppm(*hit.precursor_mz, ion_mz(*adduct, candidate.exact_mass));
    }
    text += to_line(hit);
  }
  return text;
}

void check_config(const SearchConfig& config) {
  if (config.mode == CandidateMode::pools) {
    if (!config.candidates) throw UsageError("search: expected --candidates");
  } else if (!config.library) {
    throw UsageError("search: expected --library (or --candidates, which needs none)");
  }
  if (!config.formula.empty() && !hill_formula(config.formula)) {
    throw UsageError(fmt::format("--formula: \"{}\" is no molecular formula", config.formula));
  }
  if (!config.adducts.empty() && config.mode != CandidateMode::mass_window) {
    throw UsageError("search: --adducts is for mass windows; leave it out here");
  }
  if (config.rejects == "-" || config.run_json == "-") {
    throw UsageError("search: only --out can be -; name a file for --rejects and --run-json");
  }
  if (config.out != "-") check_output(config.out, config.existing);
}

void check_outputs(const SearchConfig& config, std::vector<fs::path> inputs) {
  std::vector<fs::path> outputs = {config.out};
  for (const auto& output : {config.rejects, run_json_path(config)}) {
    if (output) outputs.push_back(*output);
  }
  if (config.candidates) inputs.push_back(*config.candidates);
  check_distinct(outputs, inputs);
}

}  // namespace

SearchReport run_search(const SearchConfig& config, const RunContext& context) {
  check_config(config);
  const auto files = files_of({config.spectra, config.format}, context);
  check_outputs(config, files);
  const Bridge bridge = Bridge::load(config.model, context);
  const auto library = open_fitting_library(config.library, bridge, config.model);
  std::unique_ptr<MoleculeEncoder> encoder;
  std::unique_ptr<CandidateSource> source;
  if (config.mode == CandidateMode::pools) {
    encoder = load_molecule_encoder(config.model / "molecule-encoder", context);
    source = pool_source(config, *encoder, library ? &*library : nullptr, context);
  } else {
    source = library_source(*library, config, context);
  }

  TableSink sink(config.out, config.existing);
  sink.write(hits_header());
  Accounting accounting(config);
  UnseenIons unseen(bridge.trained_adducts());
  QueryStream stream(files, config.format, bridge.profile());
  for (auto queries = stream.next(kChunkQueries); !queries.empty();
       queries = stream.next(kChunkQueries)) {
    context.check_interrupt();
    const Matrix vectors = embed_queries(bridge, queries, PeakControl::none, config.batch);
    const auto lists = source->rank(queries, vectors, config.k);
    for (std::size_t i = 0; i < queries.size(); ++i) {
      sink.write(rows_text(queries[i], lists[i], *source, unseen));
      accounting.take(queries[i], lists[i]);
      unseen.take(adduct_of(queries[i].spectrum));
    }
    context.progress("searching", stream.queries(), 0);
  }
  if (stream.queries() == 0) {
    throw InputError({config.spectra.front().string(), 0}, "holds no MS2 spectrum");
  }
  SearchReport report = accounting.finish(stream);
  report.unseen_adducts = unseen.counts();
  unseen.tell(report.queries, context);
  sink.finish();
  accounting.publish(report, bridge, library ? &*library : nullptr, context);
  return report;
}

}  // namespace specbridge
