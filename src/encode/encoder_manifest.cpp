#include "encode/encoder_manifest.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <stdexcept>

#include "specbridge/error.h"
#include "specbridge/unit_mass.h"

namespace specbridge {
namespace {

using Rows = std::vector<std::vector<float>>;

[[noreturn]] void refuse(const Manifest& manifest, const std::string& what) {
  throw ArtifactError(fmt::format("{}: {}; export the encoder again",
                                  (manifest.dir() / "manifest.json").string(), what));
}

template <typename T>
bool has_type(const Json& json) {
  if constexpr (std::is_same_v<T, std::size_t>) return json.is_number_unsigned();
  if constexpr (std::is_same_v<T, std::int64_t>) return json.is_number_integer();
  if constexpr (std::is_same_v<T, double>) return json.is_number();
  if constexpr (std::is_same_v<T, bool>) return json.is_boolean();
  if constexpr (std::is_same_v<T, std::string>) return json.is_string();
  return json.is_array();
}

}  // namespace

template <typename T>
T manifest_value(const Manifest& manifest, const std::vector<std::string>& path) {
  const Json* json = &manifest.json();
  for (const std::string& key : path) {
    if (!json->is_object() || !json->contains(key)) {
      refuse(manifest, fmt::format("lacks \"{}\"", fmt::join(path, ".")));
    }
    json = &json->at(key);
  }
  try {
    if (has_type<T>(*json)) return json->get<T>();
  } catch (const Json::exception&) {
    // falls through: an inner value has another type
  }
  refuse(manifest, fmt::format("\"{}\" has not the type expected", fmt::join(path, ".")));
}

template bool manifest_value(const Manifest&, const std::vector<std::string>&);
template std::size_t manifest_value(const Manifest&, const std::vector<std::string>&);
template std::int64_t manifest_value(const Manifest&, const std::vector<std::string>&);
template double manifest_value(const Manifest&, const std::vector<std::string>&);
template std::string manifest_value(const Manifest&, const std::vector<std::string>&);
template std::vector<std::string> manifest_value(const Manifest&, const std::vector<std::string>&);
template std::vector<std::vector<std::string>> manifest_value(const Manifest&,
                                                              const std::vector<std::string>&);
template Rows manifest_value(const Manifest&, const std::vector<std::string>&);
template std::vector<Rows> manifest_value(const Manifest&, const std::vector<std::string>&);
template std::vector<std::vector<std::int64_t>> manifest_value(const Manifest&,
                                                               const std::vector<std::string>&);

namespace {

template <typename T>
void read_if_there(const Manifest& manifest, const std::string& key, T& value) {
  if (manifest.field("input").contains(key)) value = manifest_value<T>(manifest, {"input", key});
}

/// How peaks are cleaned for this encoder; what a manifest does not mention is as DreaMS has it.
PreprocessProfile profile_of(const Manifest& manifest) {
  PreprocessProfile profile;
  profile.max_peaks = manifest_value<std::size_t>(manifest, {"input", "peaks"});
  profile.precursor_intensity = manifest_value<double>(manifest, {"input", "precursor_intensity"});
  read_if_there(manifest, "profile", profile.name);
  read_if_there(manifest, "noise_floor", profile.noise_floor);
  read_if_there(manifest, "max_above_precursor", profile.max_above_precursor);
  read_if_there(manifest, "merge_equal_mz", profile.merge_equal_mz);
  if (profile.noise_floor < 0 || profile.noise_floor >= 1 || profile.max_above_precursor < 0) {
    refuse(manifest,
           "\"input.noise_floor\" must be in [0, 1) and \"input.max_above_precursor\" "
           "not below 0");
  }
  return profile;
}

/// Empty where the network reads peaks.
std::string kind_of_input(const Manifest& manifest) {
  if (!manifest.field("input").contains("kind")) return {};
  return manifest_value<std::string>(manifest, {"input", "kind"});
}

/// How spectra are written for this encoder; everything is stated, nothing has a default.
TextRendering rendering_of(const Manifest& manifest) {
  TextRendering rules;
  rules.before = manifest_value<std::string>(manifest, {"input", "before"});
  rules.least = manifest_value<double>(manifest, {"input", "least"});
  rules.peaks = manifest_value<std::size_t>(manifest, {"input", "peaks"});
  const auto unit_mass = manifest_value<std::string>(manifest, {"input", "unit_mass"});
  if (unit_mass != "truncate" && unit_mass != "round") {
    refuse(manifest,
           fmt::format("\"input.unit_mass\" is \"{}\", this program knows \"truncate\" and "
                       "\"round\"",
                       unit_mass));
  }
  rules.unit_mass = parse_unit_mass(unit_mass);
  if (rules.peaks == 0 || !(rules.least >= 0 && rules.least < 1)) {
    refuse(manifest, "\"input.peaks\" must be above 0 and \"input.least\" in [0, 1)");
  }
  return rules;
}

void check_peak_input(const Manifest& manifest, const PreprocessProfile& profile) {
  const auto intensity = manifest_value<std::string>(manifest, {"input", "intensity"});
  if (intensity != "base-peak") {
    refuse(manifest, fmt::format("\"input.intensity\" is \"{}\", this program knows \"base-peak\"",
                                 intensity));
  }
  const auto rule = manifest_value<std::string>(manifest, {"padding", "rule"});
  if (rule != "fixed" && rule != "none") {
    refuse(manifest, fmt::format("\"padding.rule\" is \"{}\", this program knows \"fixed\" and "
                                 "\"none\"",
                                 rule));
  }
  if (profile.max_peaks == 0) refuse(manifest, "\"input.peaks\" must be above 0");
}

}  // namespace

SpectrumEncoderInfo spectrum_encoder_info(const Manifest& manifest) {
  const std::string kind = kind_of_input(manifest);
  if (kind == "words") {
    throw ArtifactError(
        fmt::format("{}: holds vectors of words, which train --objective spec2vec makes; expected "
                    "an encoder with a network",
                    manifest.dir().string()));
  }
  SpectrumEncoderInfo info;
  info.architecture = manifest.text("architecture");
  info.fingerprint = manifest.text("fingerprint");
  info.dim = manifest.number("dim");
  info.blocks = manifest_value<std::vector<std::vector<std::string>>>(manifest, {"blocks"}).size();
  if (info.dim == 0) refuse(manifest, "\"dim\" must be above 0");
  if (kind == "text") {
    info.text = rendering_of(manifest);
    info.profile.name = "text";
    info.profile.max_peaks = info.text->peaks;
    info.profile.noise_floor = info.text->least;
  } else {
    info.profile = profile_of(manifest);
    check_peak_input(manifest, info.profile);
  }
  return info;
}

std::optional<Refusal> SpectrumEncoderInfo::refusal(const Spectrum& spectrum) const {
  if (!text) return specbridge::refusal(spectrum, profile);
  if (auto why = refusal_of_peaks(spectrum)) return why;
  if (spectrum.kind == SpectrumKind::electron) return {};
  return Refusal{Status::bad_record,
                 "a tandem mass spectrum; this encoder reads spectra of electron ionisation alone"};
}

PeakRows SpectrumEncoderInfo::clean(const Spectrum& spectrum) const {
  if (!text) return preprocess(spectrum, profile);
  if (const auto why = refusal(spectrum)) {
    throw std::invalid_argument(fmt::format("{}: {}", spectrum.id, why->message));
  }
  const auto peaks = worded_peaks(spectrum.peaks, *text);
  double base = 0;
  for (const Peak& peak : peaks) base = std::max(base, peak.intensity);
  PeakRows cleaned;
  cleaned.rows = {0, static_cast<float>(profile.precursor_intensity)};
  for (const Peak& peak : peaks) {
    cleaned.rows.push_back(static_cast<float>(peak.mz));
    cleaned.rows.push_back(static_cast<float>(peak.intensity / base));
  }
  return cleaned;
}

Matrix golden_vectors(const Manifest& manifest, std::size_t count, std::size_t dim) {
  const Rows rows = manifest_value<Rows>(manifest, {"golden", "vectors"});
  const auto fits = [&](const std::vector<float>& row) { return row.size() == dim; };
  if (count == 0 || rows.size() != count || !std::all_of(rows.begin(), rows.end(), fits)) {
    refuse(manifest, fmt::format("\"golden.vectors\" must hold {} vectors of {} numbers",
                                 std::max<std::size_t>(count, 1), dim));
  }
  Matrix vectors(count, dim);
  for (std::size_t i = 0; i < count; ++i) {
    std::copy(rows[i].begin(), rows[i].end(), vectors.row(i).begin());
  }
  return vectors;
}

SpectrumEncoderInfo describe_spectrum_encoder(const std::filesystem::path& dir) {
  return spectrum_encoder_info(Manifest::open(dir, "spectrum-encoder"));
}

}  // namespace specbridge
