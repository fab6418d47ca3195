#include "pipeline/info.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/json.h"
#include "base/text.h"
#include "specbridge/error.h"
#include "store/file.h"
#include "store/manifest.h"

namespace specbridge {
namespace fs = std::filesystem;
namespace {

using Facts = std::vector<std::pair<std::string, std::string>>;

std::string value_text(const Json& value) {
  if (value.is_string()) return value.get<std::string>();
  if (value.is_number_unsigned()) return with_thousands(value.get<std::size_t>());
  if (value.is_number_float()) return fmt::format("{:.4g}", value.get<double>());
  if (value.is_boolean()) return value.get<bool>() ? "yes" : "no";
  return one_line(value.dump(), 160);
}

/// What is lost by rows of a type, in words. Measured: docs/method/rows.md
std::string row_type_text(const Json& type) {
  if (type == "f16") return "f16 (Recall@10 of float32: .9998 in mass windows, .9997 open)";
  if (type == "i8") return "i8 (Recall@10 of float32: .998 in mass windows, .995 open)";
  return value_text(type);
}

/// The values of an object on one line.
std::string entry_text(const Json& object) {
  std::string text;
  for (const auto& [key, value] : object.items()) {
    text += fmt::format("{}{} {}", text.empty() ? "" : ", ", key, value_text(value));
  }
  return text;
}

/// A line for a value; for an object a line and below it, indented, one for each of its fields.
void add_value(const std::string& label, const Json& value, Facts& facts) {
  const std::size_t indent = label.find_first_not_of(' ') + 2;
  const bool list = value.is_array() && !value.empty() && value.front().is_object();
  if (!value.is_object() && !list) {
    facts.emplace_back(label, value_text(value));
    return;
  }
  facts.emplace_back(label, "");
  if (list) {
    for (const auto& entry : value) {
      facts.emplace_back(std::string(indent, ' ') + entry_text(entry), "");
    }
    return;
  }
  for (const auto& [key, field] : value.items()) {
    std::string words = key;
    std::ranges::replace(words, '_', ' ');
    add_value(std::string(indent, ' ') + words, field, facts);
  }
}

/// Fields worth telling, in reading order.
void add_fields(const Json& json, Facts& facts) {
  constexpr std::array kFields = {
      std::pair{"architecture", "architecture"},
      std::pair{"objective", "objective"},
      std::pair{"dim", "dimensions"},
      std::pair{"rows", "molecules"},
      std::pair{"removed", "of these removed"},
      std::pair{"row_type", "vectors kept as"},
      std::pair{"spectra", "spectra"},
      std::pair{"molecules", "molecules"},
      std::pair{"peaks", "peaks"},
      std::pair{"rule", "rule"},
      std::pair{"licences", "licences of spectra"},
      std::pair{"counts", "input rows"},
      std::pair{"open_index", "index for --open"},
      std::pair{"parameters", "parameters"},
      std::pair{"shape", "trained part"},
      std::pair{"trained_blocks", "trained encoder blocks"},
      std::pair{"training", "training"},
      std::pair{"fragments", "fragment score"},
      std::pair{"decoder", "decoder"},
      std::pair{"calibration", "weighed evidence"},
      std::pair{"packed", "packed"},
      std::pair{"rule", "rule of the samples"},
      std::pair{"classes", "classes"},
      std::pair{"samples", "samples"},
      std::pair{"subjects", "subjects"},
      std::pair{"ridge", "ridge"},
      std::pair{"pooling", "pooling"},
      std::pair{"padding", "padding"},
      std::pair{"input", "input"},
      std::pair{"profile", "peak cleaning"},
      std::pair{"source", "source"},
      std::pair{"trained_from", "trained from"},
      std::pair{"chemistry", "chemistry"},
      std::pair{"standard_form", "standard form of molecules"},
      std::pair{"molecule_encoder_architecture", "molecule encoder"},
      std::pair{"molecule_encoder_fingerprint", "molecule encoder fingerprint"},
      std::pair{"fingerprint", "fingerprint"},
  };
  for (const auto& [key, label] : kFields) {
    const auto it = json.find(key);
    if (it == json.end() || (it.key() == "removed" && *it == 0)) continue;
    if (it.key() == "row_type") {
      facts.emplace_back(label, row_type_text(*it));
    } else {
      add_value(label, *it, facts);
    }
  }
}

bool simulated(const Json& manifest) {
  const auto key = Json::json_pointer("/training/data/simulated");
  return manifest.contains(key) && manifest[key] == true;
}

void add_maker(const Json& json, Facts& facts) {
  const Json maker = json.value("made_by", Json());
  const auto part = [&](const char* key) {
    return maker.is_object() && maker.contains(key) ? value_text(maker[key]) : "?";
  };
  facts.emplace_back("made by", fmt::format("{} {}", part("program"), part("version")));
}

/// The first file that is not what the manifest says, looking into the encoders a model holds, too.
std::string find_damage(const fs::path& dir) {
  try {
    Manifest::open(dir).verify_checksums();
    return "";
  } catch (const ArtifactError& error) {
    return error.what();
  }
}

}  // namespace

ArtifactInfo run_info(const fs::path& dir) {
  ArtifactInfo info;
  const fs::path file = dir / "manifest.json";
  Json json;
  try {
    const Manifest manifest = Manifest::open(dir);
    json = manifest.json();
  } catch (const ArtifactError& error) {
    // A directory that is damaged still says what it is, when its manifest can be read at all.
    if (!fs::is_regular_file(file)) throw;
    info.damage = error.what();
    try {
      json = parse_json(read_file(file), file.string());
    } catch (const InputError&) {
      throw error;
    }
    if (!json.is_object() || !json.contains("artifact")) throw;
  }
  info.facts.emplace_back("kind", value_text(json.value("artifact", Json("?"))));
  if (simulated(json))
    info.facts.emplace_back("trained on", "simulated spectra, not measured ones");
  add_maker(json, info.facts);
  add_fields(json, info.facts);
  std::uintmax_t bytes = 0;
  std::size_t files = 0;
  const Json listed = json.value("files", Json::object());
  for (const auto& [name, entry] : listed.items()) {
    const bool sized = entry.is_object() && entry.contains("size");
    if (sized && entry["size"].is_number_unsigned()) bytes += entry["size"].get<std::uintmax_t>();
    ++files;
  }
  info.facts.emplace_back(
      "files", fmt::format("{} with {:.1f} MB", files, static_cast<double>(bytes) / 1e6));
  if (info.damage.empty()) info.damage = find_damage(dir);
  info.facts.emplace_back("checksums", info.damage.empty() ? "all hold" : "DO NOT HOLD");
  info.manifest = pretty(json);
  return info;
}

}  // namespace specbridge
