#include "samples/sample_record.h"

#include <fmt/format.h>

#include <cstdlib>
#include <string_view>

#include "specbridge/error.h"
#include "store/file.h"
#include "store/paths.h"

namespace specbridge {
namespace fs = std::filesystem;
namespace {

constexpr std::size_t kRecordVersion = 1;

/// A field of a record. @throws ArtifactError when it is not there, or of another type
template <typename Value>
Value field_of(const Json& json, const char* key, const std::string& where) {
  try {
    return json.at(key).get<Value>();
  } catch (const Json::exception&) {
    throw ArtifactError(fmt::format(
        "{}: \"{}\" is missing or of another type; make the samples again with sample embed", where,
        key));
  }
}

/// The reverse of recorded().
fs::path path_of_record(const std::string& text) {
  const char* home = std::getenv("HOME");
  if (home == nullptr || (text != "~" && !text.starts_with("~/"))) return text;
  return home + text.substr(1);
}

Json record_json(const fs::path& file) {
  try {
    return parse_json(read_file(file), file.string());
  } catch (const InputError& error) {
    throw ArtifactError(fmt::format(
        "{}; sample embed writes it beside the array, keep the files together", error.what()));
  }
}

}  // namespace

Json to_json(const SampleRule& rule) {
  return {{"pool", to_string(rule.pool)},
          {"width", rule.width},
          {"model", rule.model},
          {"codebook", rule.codebook}};
}

SampleRule sample_rule(const Json& json, const std::string& where) {
  SampleRule rule;
  try {
    rule.pool = parse_sample_pool(field_of<std::string>(json, "pool", where));
  } catch (const UsageError&) {
    throw ArtifactError(
        fmt::format("{}: pools in a way that this program does not know; use a "
                    "newer specbridge",
                    where));
  }
  rule.width = field_of<std::size_t>(json, "width", where);
  rule.model = field_of<std::string>(json, "model", where);
  rule.codebook = field_of<std::string>(json, "codebook", where);
  return rule;
}

std::string difference_of(const SampleRule& a, const SampleRule& b) {
  if (a.pool != b.pool)
    return fmt::format("--pool {} and {}", to_string(a.pool), to_string(b.pool));
  if (a.model != b.model) return fmt::format("models {:.12} and {:.12}", a.model, b.model);
  if (a.codebook != b.codebook) {
    return fmt::format("codebooks {:.12} and {:.12} (name the first with --codebook)", a.codebook,
                       b.codebook);
  }
  if (a.width != b.width) return fmt::format("rows of {} and {} numbers", a.width, b.width);
  return {};
}

fs::path sample_table_beside(const fs::path& vectors) {
  fs::path path = vectors;
  return path.replace_extension(".ids.tsv");
}

fs::path sample_record_beside(const fs::path& vectors) {
  fs::path path = vectors;
  return path.replace_extension(".run.json");
}

fs::path codebook_beside(const fs::path& vectors) {
  fs::path path = vectors;
  return path.replace_extension(".codebook.json");
}

Json to_json(const SampleRecord& record) {
  Json json = {{"schema_version", kRecordVersion},
               {"rule", to_json(record.rule)},
               {"blanks", Json::array()},
               {"blank_tolerance", to_string(record.blank_rule.precursor)},
               {"blank_shared_intensity", record.blank_rule.shared_intensity},
               {"vectors_sha256", record.vectors_sha256},
               {"ids_sha256", record.ids_sha256}};
  for (const auto& blank : record.blanks) json["blanks"].push_back(recorded(blank));
  if (record.codebook) json["codebook_file"] = recorded(*record.codebook);
  return json;
}

SampleRecord read_sample_record(const fs::path& vectors) {
  const fs::path file = sample_record_beside(vectors);
  const std::string where = file.string();
  const Json json = record_json(file);
  const auto version = field_of<std::size_t>(json, "schema_version", where);
  if (version > kRecordVersion) {
    throw ArtifactError(
        fmt::format("{}: written in format {}, this program reads up to {}; use a "
                    "newer specbridge",
                    where, version, kRecordVersion));
  }
  SampleRecord record{sample_rule(field_of<Json>(json, "rule", where), where + ": rule")};
  for (const auto& blank : field_of<std::vector<std::string>>(json, "blanks", where)) {
    record.blanks.push_back(path_of_record(blank));
  }
  const auto tolerance = field_of<std::string>(json, "blank_tolerance", where);
  try {
    record.blank_rule.precursor = parse_tolerance(tolerance);
  } catch (const UsageError& error) {
    throw ArtifactError(fmt::format("{}: blank_tolerance: {}", where, error.what()));
  }
  record.blank_rule.shared_intensity = field_of<double>(json, "blank_shared_intensity", where);
  record.vectors_sha256 = field_of<std::string>(json, "vectors_sha256", where);
  record.ids_sha256 = field_of<std::string>(json, "ids_sha256", where);
  if (json.contains("codebook_file")) {
    record.codebook = path_of_record(field_of<std::string>(json, "codebook_file", where));
  }
  return record;
}

}  // namespace specbridge
