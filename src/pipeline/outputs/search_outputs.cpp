#include "pipeline/outputs/search_outputs.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <numeric>
#include <utility>

#include "base/database_address.h"
#include "base/text.h"
#include "chem/tables/column_names.h"
#include "search/evidence/evidence.h"
#include "search/generation/generator.h"
#include "search/run_record.h"
#include "specbridge/error.h"
#include "store/file.h"
#include "store/output_place.h"
#include "store/output_table.h"
#include "store/paths.h"

namespace specbridge {
namespace fs = std::filesystem;
namespace {

/// What messages call the files of a format.
FileKind kind_of(HitsFormat format) {
  switch (format) {
    case HitsFormat::tsv:
      return {};
    case HitsFormat::csv:
      return {"a table separated by commas is written", ".csv"};
    case HitsFormat::jsonl:
      return {"JSON lines are written", ".jsonl"};
    case HitsFormat::mztab_m:
      return {"mzTab-M is written", ".mztab"};
  }
  return {};
}

/// Whether a file is the record of a run that wrote these hits.
bool is_record_of(const fs::path& file, const fs::path& hits) {
  std::error_code ignored;
  if (!fs::is_regular_file(file, ignored)) return false;
  try {
    const Json json = parse_json(read_file(file), file.string());
    return json.is_object() && json.value("program", Json()) == "specbridge" &&
           json.value("hits", Json()) == recorded(hits);
  } catch (const Error&) {
    return false;
  }
}

/// "k = 10" for what the record of a run says of the candidates, and of what they are ranked by.
std::vector<std::string> settings_of(const Json& record) {
  std::vector<std::string> settings;
  const auto add = [&](const std::string& name, const Json& value) {
    settings.push_back(
        fmt::format("{} = {}", name, value.is_string() ? value.get<std::string>() : value.dump()));
  };
  for (const auto& item : record.at("candidates").items()) add(item.key(), item.value());
  for (const char* name :
       {"ranked_by", "rescore", "absent", "min_probability", "max_q", "merge", "q_values"}) {
    if (record.contains(name)) add(name, record[name]);
  }
  for (const char* name : {"model", "library", "spectral_library", "decoy_library"}) {
    if (record.contains(name)) add(name, record[name].at("fingerprint"));
  }
  return settings;
}

Json record_of_model(const SearchConfig& config, const Bridge& model) {
  Json record = {{"path", recorded(config.sources.model)}, {"fingerprint", model.fingerprint()}};
  const auto warning = warning_about(model.training_data(), config.sources.model.string());
  if (!warning.empty()) record.update({{"simulated", true}, {"warning", warning}});
  return record;
}

/// What an output says that it was searched in.
void set_database(fs::path directory, const std::string& prefix, const std::string& version,
                  SearchFacts& facts) {
  const bool in_database = is_database_address(directory.native());
  if (!in_database && !directory.has_filename()) directory = directory.parent_path();
  facts.database = in_database ? fs::path(without_password(directory.native())) : directory;
  facts.database_prefix = prefix;
  facts.database_version = version;
}

}  // namespace

HitsFormat format_of_hits(const SearchConfig& config) {
  if (config.hits_format) return *config.hits_format;
  return format_by_ending(config.out).value_or(HitsFormat::tsv);
}

std::optional<fs::path> run_json_path(const SearchConfig& config) {
  if (config.run_json) return config.run_json;
  if (config.out == "-" || is_stream(config.out)) return {};
  fs::path path = config.out;
  path += ".run.json";
  return path;
}

Existing existing_record(const SearchConfig& config, const fs::path& record) {
  const bool half = !fs::exists(config.out) && is_record_of(record, config.out);
  return half ? Existing::replace : config.existing;
}

void claim_search_outputs(const SearchConfig& config, std::vector<fs::path> inputs,
                          const RunContext& context) {
  if (config.sources.pools) inputs.push_back(*config.sources.pools);
  if (!format_by_ending(config.out)) {
    check_table_name(config.out, kind_of(format_of_hits(config)));
  }
  std::vector<Output> outputs = {{config.out, config.existing}};
  if (config.mzmine) {
    check_table_name(*config.mzmine, kind_of(HitsFormat::csv));
    outputs.push_back({*config.mzmine, config.existing});
  }
  if (config.rejects) {
    check_table_name(*config.rejects);
    outputs.push_back({*config.rejects, config.existing});
  }
  if (const auto record = run_json_path(config)) {
    outputs.push_back({*record, existing_record(config, *record)});
  }
  claim_outputs(outputs, inputs, context);
}

Json record_of_search(const SearchConfig& config, const SearchParts& parts,
                      const RunContext& context) {
  Json record;
  record["command_line"] = context.command_line;
  record["candidates"] = to_json(config.sources, config.options.k);
  record["ranked_by"] = to_string(parts.rank_by);
  if (parts.evidence.size() > 1) record["rescore"] = config.sources.rescore;
  if (const Generator* decoder = parts.decoder()) record["decoder"] = to_json(decoder->asked());
  if (parts.first_answers) record["absent"] = parts.model->calibration()->absent;
  if (config.limits.min_probability) record["min_probability"] = *config.limits.min_probability;
  if (config.limits.max_q) record["max_q"] = *config.limits.max_q;
  if (config.merge == Merge::feature) record["merge"] = "feature";
  record["hits"] = recorded(config.out);
  record["format"] = to_string(format_of_hits(config));
  if (config.mzmine) record["mzmine"] = recorded(*config.mzmine);
  if (config.rejects) record["rejects"] = recorded(*config.rejects);
  if (parts.model) record["model"] = record_of_model(config, *parts.model);
  if (parts.library) {
    record["library"] = {{"path", recorded(*config.sources.library)},
                         {"fingerprint", parts.library->fingerprint()}};
    for (const auto& further : config.sources.further_libraries) {
      record["library"]["further"].push_back(recorded(further));
    }
  }
  if (parts.references() != nullptr) {
    record["spectral_library"] = parts.references()->to_json();
    record["spectral_library"]["path"] = recorded(config.sources.references->library);
  }
  if (parts.spectra_alone() && parts.rank_by == RankBy::library) {
    record["q_values"] = parts.decoys ? "decoy spectra" : "second answers";
  }
  if (parts.decoys) {
    record["decoy_library"] = {{"path", recorded(*config.sources.references->decoys)},
                               {"fingerprint", parts.decoys->library().fingerprint()}};
  }
  return record;
}

SearchFacts facts_of_search(const SearchConfig& config, const SearchParts& parts,
                            const std::vector<fs::path>& files, const Json& record) {
  SearchFacts facts;
  facts.title = config.out == "-" ? "specbridge" : config.out.stem().string();
  facts.files = files;
  facts.settings = settings_of(record);
  facts.ranked_by = to_string(parts.rank_by);
  if (parts.pools) {
    facts.database = *config.sources.pools;
    facts.database_prefix = "candidates";
  } else if (parts.library) {
    set_database(*config.sources.library, "library", parts.library->fingerprint(), facts);
  } else {
    set_database(config.sources.references->library, "spectra",
                 parts.references()->library().fingerprint(), facts);
  }
  return facts;
}

std::vector<std::size_t> kept_columns(const SearchConfig& config,
                                      const std::vector<std::string>& present) {
  std::vector<std::size_t> places(present.size());
  std::iota(places.begin(), places.end(), std::size_t{0});
  if (config.keep.empty()) return places;
  places.clear();
  const auto take = [&](std::string_view name) {
    const auto place = column_called(present, name);
    if (place && std::ranges::find(places, *place) == places.end()) places.push_back(*place);
    return place.has_value();
  };
  for (const auto& asked : config.keep) {
    if (take(asked)) continue;
    for (const auto part : split(asked, ',')) {
      if (take(trim(part))) continue;
      throw UsageError(fmt::format(
          "--keep {}: {} has no such column; {}", one_line(trim(part), 60),
          without_password(config.sources.library->native()),
          present.empty() ? "it keeps none; build it with specbridge index --keep COLUMN"
                          : fmt::format("it keeps \"{}\"", fmt::join(present, "\", \""))));
    }
  }
  return places;
}

}  // namespace specbridge
