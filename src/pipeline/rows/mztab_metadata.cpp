#include "pipeline/rows/mztab_metadata.h"

#include <fmt/format.h>

#include <array>

#include "base/database_address.h"
#include "base/text.h"
#include "pipeline/rows/mztab_cells.h"
#include "specbridge/version.h"

namespace specbridge {
namespace {

/// A format of spectra in the PSI-MS vocabulary, or in words.
struct RunFormat {
  std::string_view format;
  MztabParam param;
};
constexpr std::array<RunFormat, 8> kRunFormats = {{
    {"mgf", {"MS:1001062", "Mascot MGF format"}},
    {"mzml", {"MS:1000584", "mzML format"}},
    {"msp", {"", "MSP file"}},
    {"massbank", {"", "MassBank records"}},
    {"gnps-json", {"", "GNPS library JSON"}},
    {"jcamp", {"", "JCAMP-DX"}},
    {"tsv", {"", "table of spectra"}},
    {"fastei", {"", "SQLite library of FastEI"}},
}};

constexpr MztabParam kNoQuantification = {"", "no quantification"};

/// Lines of the section: "MTD", a name, a value.
class Lines {
 public:
  void add(std::string_view name, std::string_view value) {
    text_ += fmt::format("MTD\t{}\t{}\n", name, value);
  }
  void add(std::string_view name, const MztabParam& value) { add(name, mztab_param(value)); }
  const std::string& text() const noexcept { return text_; }

 private:
  std::string text_;
};

void add_head(const SearchFacts& search, Lines& lines) {
  lines.add("mzTab-version", "2.0.0-M");
  lines.add("mzTab-ID", mztab_text(one_line(search.title)));
  lines.add("description", "structures ranked for MS/MS spectra; nothing was quantified");
  lines.add("software[1]", MztabParam{"", "specbridge", program_version()});
  for (std::size_t i = 0; i < search.settings.size(); ++i) {
    lines.add(fmt::format("software[1]-setting[{}]", i + 1), one_line(search.settings[i]));
  }
  lines.add("quantification_method", kNoQuantification);
}

void add_polarity(const RunPolarity& polarity, const std::string& run, Lines& lines) {
  std::vector<MztabParam> modes;
  if (polarity.positive) modes.push_back({"MS:1000130", "positive scan"});
  if (polarity.negative) modes.push_back({"MS:1000129", "negative scan"});
  if (modes.empty()) modes.push_back({"", "polarity not stated"});
  for (std::size_t i = 0; i < modes.size(); ++i) {
    lines.add(fmt::format("{}-scan_polarity[{}]", run, i + 1), modes[i]);
  }
}

void add_runs(const MztabMetadata& metadata, Lines& lines) {
  const auto& files = metadata.search.files;
  for (std::size_t i = 0; i < files.size(); ++i) {
    const std::string run = fmt::format("ms_run[{}]", i + 1);
    lines.add(run + "-location", file_uri(files[i]));
    const std::string format = i < metadata.files.size() ? metadata.files[i].format : "";
    for (const auto& [name, param] : kRunFormats) {
      if (name != format) continue;
      lines.add(run + "-format", param);
      lines.add(run + "-id_format",
                format == "mzml" ? MztabParam{"MS:1001530", "mzML unique identifier"}
                                 : MztabParam{"MS:1000774", "multiple peak list nativeID format"});
    }
    add_polarity(metadata.polarities[i], run, lines);
  }
}

void add_design(const SearchFacts& search, Lines& lines) {
  std::string assays;
  for (std::size_t i = 1; i <= search.files.size(); ++i) {
    const std::string assay = fmt::format("assay[{}]", i);
    const std::string name = search.files[i - 1].filename().string();
    lines.add(assay, name == "-" ? "standard input" : one_line(name));
    lines.add(assay + "-ms_run_ref", fmt::format("ms_run[{}]", i));
    assays += (assays.empty() ? "" : "|") + assay;
  }
  lines.add("study_variable[1]", "undefined");
  lines.add("study_variable[1]-assay_refs", assays);
  lines.add("study_variable[1]-description", "all files of spectra; no study variable is known");
}

void add_vocabularies(const SearchFacts& search, Lines& lines) {
  lines.add("cv[1]-label", "MS");
  lines.add("cv[1]-full_name", "PSI-MS controlled vocabulary");
  lines.add("cv[1]-version", "4.1.11");
  lines.add("cv[1]-uri", "https://raw.githubusercontent.com/HUPO-PSI/psi-ms-CV/master/psi-ms.obo");
  const bool in_database = is_database_address(search.database.native());
  const std::string name =
      one_line(in_database ? search.database.native() : search.database.filename().string());
  lines.add("database[1]", MztabParam{"", mztab_text(name)});
  lines.add("database[1]-prefix", search.database_prefix);
  lines.add("database[1]-version",
            search.database_version.empty() ? "Unknown" : search.database_version);
  lines.add("database[1]-uri", in_database ? name : file_uri(search.database));
}

}  // namespace

std::vector<ConfidenceMeasure> measures_of(const HitsLayout& layout, const std::string& ranked_by) {
  std::vector<ConfidenceMeasure> measures;
  const auto add = [&](const std::string& words, const std::string& column) {
    const MztabParam param = {"MS:1002888", "small molecule confidence measure", words};
    measures.push_back({mztab_param(param), column});
  };
  add(fmt::format("specbridge score ({})", ranked_by), "score");
  for (const auto& name : layout.evidence) {
    add(fmt::format("specbridge evidence {}", name), "evidence." + name);
  }
  if (layout.probability) add("specbridge probability of first answers", "probability");
  if (layout.q_value) add("specbridge q-value of first answers", "q_value");
  return measures;
}

std::string mztab_metadata(const MztabMetadata& metadata) {
  Lines lines;
  add_head(metadata.search, lines);
  add_runs(metadata, lines);
  add_design(metadata.search, lines);
  add_vocabularies(metadata.search, lines);
  lines.add("small_molecule-quantification_unit", kNoQuantification);
  lines.add("small_molecule_feature-quantification_unit", kNoQuantification);
  lines.add("small_molecule-identification_reliability",
            MztabParam{"MS:1002955", "hr-ms compound identification confidence level"});
  for (std::size_t i = 0; i < metadata.measures.size(); ++i) {
    lines.add(fmt::format("id_confidence_measure[{}]", i + 1), metadata.measures[i].param);
  }
  return lines.text();
}

}  // namespace specbridge
