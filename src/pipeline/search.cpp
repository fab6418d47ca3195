#include "pipeline/search.h"

#include <fmt/format.h>

#include <functional>
#include <optional>
#include <utility>

#include "base/database_address.h"
#include "base/text.h"
#include "encode/vector_precision.h"
#include "ms/input_files.h"
#include "pipeline/outputs/search_outputs.h"
#include "pipeline/outputs/search_tables.h"
#include "pipeline/rows/answer_table.h"
#include "pipeline/rows/hit_rows.h"
#include "pools/pool_claims.h"
#include "search/evidence/evidence.h"
#include "search/generation/generator.h"
#include "search/merging/merging_ranker.h"
#include "search/run_record.h"
#include "search/search_parts.h"
#include "search/unseen_ions.h"
#include "specbridge/error.h"
#include "store/paths.h"

namespace specbridge {
namespace fs = std::filesystem;
namespace {

/// Tables that hold molecules of a library alone.
void check_denovo(const SearchConfig& config) {
  const bool writes = config.sources.generation && config.sources.generation->denovo > 0;
  if (writes && (config.mzmine || format_of_hits(config) == HitsFormat::mztab_m)) {
    throw UsageError(
        "search: --denovo writes molecules that no library has, which mzTab-M and --mzmine have no "
        "place to say; write tsv, csv or jsonl");
  }
}

/// Features are found before the first is answered.
void check_merge(const SearchConfig& config, const std::vector<fs::path>& files) {
  if (config.merge == Merge::none) return;
  if (config.sources.references && config.sources.references->decoys) {
    throw UsageError(
        "search: --decoy-library is for spectra that are answered singly; leave out --merge");
  }
  for (const auto& file : files) {
    if (file != "-" && !is_stream(file)) continue;
    throw UsageError(
        fmt::format("search: --merge reads the spectra twice, so they cannot come through a pipe "
                    "({}); name their file",
                    file == "-" ? "standard input" : file.string()));
  }
}

void check_config(const SearchConfig& config) {
  check_sources(config.sources);
  if (config.rejects == "-" || config.run_json == "-") {
    throw UsageError("search: only --out can be -; name a file for --rejects and --run-json");
  }
  if (config.mzmine == "-") {
    throw UsageError("search: only --out can be -; name a file for --mzmine");
  }
  if (!config.keep.empty() && config.sources.pools) {
    throw UsageError("search: --keep shows columns of a library; candidates of a file have none");
  }
}

/// Limits that nothing would be compared with are no limits.
void check_limits(const SearchConfig& config, const SearchParts& parts) {
  const bool limited = config.limits.min_probability || config.limits.max_q;
  if (!limited || parts.first_answers) return;
  const bool by_similarity = parts.spectra_alone() && parts.rank_by == RankBy::library;
  if (by_similarity && !config.limits.min_probability) return;
  if (by_similarity) {
    throw UsageError(
        "search: --min-probability: a similarity of spectra is no probability; use --min-score or "
        "--max-q");
  }
  throw UsageError(fmt::format(
      "search: --min-probability and --max-q need the probability of first answers; {} gives none "
      "when ranking by {}; weigh its evidence with specbridge calibrate and rank by the fused "
      "score",
      config.sources.model.string(), to_string(parts.rank_by)));
}

/// The files, those that are named or must be whole looked at before any work.
std::vector<fs::path> files_to_search(const SearchConfig& config, const RunContext& context) {
  const SpectraInputs inputs{config.spectra, config.format};
  if (config.max_errors) return files_of(inputs, context);
  auto files = named_files(inputs, context);
  for (const auto& named : config.spectra) {
    std::error_code ignored;
    if (named != "-" && !fs::is_directory(named, ignored)) check_readable(named);
  }
  return files;
}

/// What a file as a whole makes less sure.
void warn_of_files(const std::vector<SpectraFileCount>& files, const RunContext& context) {
  for (const auto& file : files) {
    if (!file.error.empty()) {
      context.warning(fmt::format("{}; {} spectra before that were searched, the run goes on",
                                  file.error, with_thousands(file.queries)));
    }
    if (file.profiles > 0) {
      context.warning(
          fmt::format("{}: {} of {} spectra are profiles, of which peaks were made here; better "
                      "convert with msconvert --filter \"peakPicking vendor\"",
                      file.path, with_thousands(file.profiles), with_thousands(file.queries)));
    }
  }
}

void tell_sources(const SearchConfig& config, const SearchParts& parts, const RunContext& context) {
  if (parts.model) {
    const auto& data = parts.model->training_data();
    context.info(fmt::format("{}: model {}, trained on {}", config.sources.model.string(),
                             short_identity(parts.model->fingerprint()),
                             data.spectra == 0 ? std::string("what it does not say")
                                               : counted(data.spectra, "spectrum", "spectra")));
  }
  if (parts.library) {
    context.info(fmt::format("{}: library of {}",
                             without_password(config.sources.library->native()),
                             counted(parts.library->molecules(), "molecule")));
  }
  if (parts.references() != nullptr) {
    const SpectralLibrary& library = parts.references()->library();
    context.info(fmt::format("{}: library of {} of {}", config.sources.references->library.string(),
                             counted(library.spectra(), "spectrum", "spectra"),
                             counted(library.molecules().rows(), "molecule")));
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

QueryStream stream_of(const SearchConfig& config, const std::vector<fs::path>& files,
                      const SearchParts& parts) {
  QueryStream stream(files, config.format, parts.rules);
  if (!config.max_errors) stream.may_break(files_in_folders(files, config.spectra));
  return stream;
}

/// The first reading of spectra that are to be merged.
Features features_of(const SearchConfig& config, const std::vector<fs::path>& files,
                     const SearchParts& parts, const RunContext& context) {
  FeatureFinder finder(config.sources.choice.tolerance);
  auto stream = stream_of(config, files, parts);
  for_each_chunk(stream, Structures::skip, context, [&](std::vector<Query>& queries) {
    for (const Query& query : queries) finder.add(query);
    context.progress("finding features", stream.queries(), 0);
  });
  auto features = std::move(finder).finish();
  context.info(fmt::format("{} of {}", counted(features.size(), "feature"),
                           counted(stream.queries(), "spectrum", "spectra")));
  return features;
}

HitsLayout layout_of_search(const SearchConfig& config, const std::vector<fs::path>& files,
                            const Searcher& searcher) {
  return layout_of(searcher, {files.size() > 1 ? FileColumn::yes : FileColumn::no, config.merge,
                              kept_columns(config, searcher.further_columns())});
}

using Answered = std::function<void(const Query&, const RankedList&)>;

/// Ranks the queries of a chunk, by themselves or merged, and hands over each with its list.
void rank_chunk(const Searcher& searcher, std::optional<MergingRanker>& merging,
                std::vector<Query>& queries, const RankOptions& options, const Answered& answered) {
  if (merging) {
    merging->rank(std::move(queries), options, answered);
    return;
  }
  const auto lists = searcher.rank(queries, options);
  for (std::size_t i = 0; i < queries.size(); ++i) answered(queries[i], lists[i]);
}

/// Ranks all queries, writes their rows and publishes what was written.
SearchReport answer(const SearchConfig& config, const std::vector<fs::path>& files,
                    const Searcher& searcher, SearchTables& tables, const RunContext& context) {
  const SearchParts& parts = searcher.parts();
  Json facts = record_of_search(config, parts, context);
  const HitsLayout layout = layout_of_search(config, files, searcher);
  AnswerTable answers(searcher, layout, config.limits,
                      tables.writers(layout, facts_of_search(config, parts, files, facts)));
  const auto run_json = run_json_path(config);
  RunRecord record({run_json, config.rejects, config.max_errors, config.existing,
                    run_json ? existing_record(config, *run_json) : config.existing},
                   context);
  UnseenIons unseen(parts.trained_adducts());
  std::optional<PoolClaims> claims;
  if (parts.pools) claims.emplace(*parts.pools);
  std::optional<MergingRanker> merging;
  if (config.merge == Merge::feature) {
    merging.emplace(searcher, features_of(config, files, parts, context));
  }
  auto stream = stream_of(config, files, parts);
  const auto structures = parts.pools ? Structures::read : Structures::skip;
  for_each_chunk(stream, structures, context, [&](std::vector<Query>& queries) {
    rank_chunk(searcher, merging, queries, config.options,
               [&](const Query& query, const RankedList& list) {
                 answers.add(query, list, unseen);
                 record.count(query, list);
                 unseen.count(query.ion.adduct);
                 if (claims) claims->count(query.name);
               });
    context.progress("searching", stream.queries(), 0);
  });
  if (stream.queries() == 0) throw nothing_read(stream, config.spectra.front());
  if (merging) merging->finish(stream.queries());
  answers.finish(stream.files());
  SearchReport report = record.finish(stream);
  report.left_out = answers.left_out();
  if (const Generator* decoder = parts.decoder()) report.writing = decoder->counts();
  report.unseen_adducts = unseen.counts();
  tell_files(report, context);
  unseen.warn(report.queries, context);
  warn_of_files(report.files, context);
  if (claims) claims->warn(*config.sources.pools, context);
  report.without_feature = tables.without_feature();
  if (config.mzmine) facts["without_feature"] = report.without_feature;
  tables.seal();
  record.publish(report, facts);
  tables.finish();
  return report;
}

/// The files of a search that can be done, as far as that is known before model and library are
/// open.
std::vector<fs::path> checked_files(const SearchConfig& config, const RunContext& context) {
  check_config(config);
  check_denovo(config);
  auto files = files_to_search(config, context);
  check_merge(config, files);
  claim_search_outputs(config, files, context);
  return files;
}

SearchReport answer_all(const SearchConfig& config, const std::vector<fs::path>& files,
                        const Searcher& searcher, const RunContext& context) {
  check_limits(config, searcher.parts());
  kept_columns(config, searcher.further_columns());  // refused before a file is begun
  tell_sources(config, searcher.parts(), context);
  SearchTables tables(config, context);
  try {
    return answer(config, files, searcher, tables, context);
  } catch (const ReaderGone&) {
    throw;
  } catch (const Error&) {
    if (tables.printed() > 0) {
      context.warning(
          fmt::format("standard output is not complete: {} rows were printed before "
                      "the run failed",
                      with_thousands(tables.printed())));
    }
    throw;
  }
}

}  // namespace

SearchReport search_with(const Searcher& searcher, const SearchConfig& config,
                         const RunContext& context) {
  return answer_all(config, checked_files(config, context), searcher, context);
}

SearchReport run_search(const SearchConfig& config, std::span<const EvidenceRow> evidence,
                        const RunContext& context) {
  const auto files = checked_files(config, context);
  const Searcher searcher = open_searcher(config.sources, evidence, context);
  return answer_all(config, files, searcher, context);
}

Merge parse_merge(std::string_view name) {
  if (name == "feature") return Merge::feature;
  throw UsageError(fmt::format("--merge: found \"{}\", expected feature", one_line(name, 60)));
}

SearchReport run_search(const SearchConfig& config, const RunContext& context) {
  return run_search(config, {}, context);
}

}  // namespace specbridge
