#include "pipeline/check.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <string_view>
#include <unordered_map>
#include <utility>

#include "base/text.h"
#include "ms/input_files.h"
#include "ms/oddities.h"
#include "search/query_stream.h"
#include "specbridge/error.h"
#include "specbridge/ion_of_spectrum.h"
#include "specbridge/status.h"
#include "store/file.h"

namespace specbridge {
namespace {

constexpr std::size_t kChunkRecords = 4096;
constexpr std::size_t kExamples = 3;
constexpr std::size_t kStructuresKept = std::size_t{1} << 16;  // about a KiB each
constexpr std::size_t kAdductsNamed = 200;

/// What a finding is called and what helps.
struct Finding {
  std::string_view reason;
  bool skipped;  ///< a search by mass window leaves these records without hits
  std::string_view remedy;
};

Finding finding_of(Status status, bool skipped) {
  return {to_string(status), skipped, remedy_of(status)};
}

/// Every finding, in the order it is reported.
std::vector<Finding> all_findings() {
  std::vector<Finding> findings;
  for (const Status status : {Status::bad_record, Status::no_precursor, Status::no_peaks,
                              Status::not_ms2, Status::unknown_adduct}) {
    findings.push_back(finding_of(status, true));
  }
  findings.push_back(finding_of(Status::bad_structure, false));
  findings.push_back({"only_ms1", false,
                      "MS1 scans are passed over; export fragment spectra, or correct the level "
                      "that is stated"});
  findings.push_back({"mass_conflict", false,
                      "correct precursor, adduct or SMILES; a mass window of this width does not "
                      "hold the structure"});
  findings.push_back({"charge_conflict", false,
                      "the adduct is believed, without one the ion mode; correct what is wrong"});
  findings.push_back(
      {"duplicate_id", false, "give every record a name of its own; query_index tells them apart"});
  for (const auto& [oddity, name, remedy] : kOddities) findings.push_back({name, false, remedy});
  return findings;
}

/// The names of all records, over all files: hits tell queries apart by them.
class Names {
 public:
  /// The place where the name of this record occurred before.
  std::optional<SourcePos> add(const Spectrum& spectrum) {
    if (files_.empty() || files_.back() != spectrum.origin.file) {
      files_.push_back(spectrum.origin.file);
    }
    const Place here{files_.size() - 1, spectrum.origin.line};
    const auto [it, fresh] = first_.try_emplace(xxhash64(spectrum.id), here);
    if (fresh) return {};
    return SourcePos{files_[it->second.file], it->second.line};
  }

 private:
  struct Place {
    std::size_t file, line;
  };
  std::vector<std::string> files_;
  std::unordered_map<std::uint64_t, Place> first_;
};

/// Whether a record has a name of its own and not only that of its file with a number.
bool has_name(const Spectrum& spectrum) {
  const std::string file = std::filesystem::path(spectrum.origin.file).filename().string() + ":";
  return !spectrum.id.starts_with(file) || !parse_integer(spectrum.id.substr(file.size()));
}

/// Looks at the records of one file.
class FileCheck {
 public:
  FileCheck(const CheckConfig& config, const RunContext& context, Names& names, CheckedFile& file)
      : config_(config),
        context_(context),
        names_(names),
        file_(file),
        kinds_(all_findings()),
        findings_(kinds_.size()) {}

  void run(const std::filesystem::path& path) {
    try {
      const auto reader = open_spectra(path, config_.format);
      file_.format = to_string(reader->format());
      read(*reader);
    } catch (const InputError& error) {
      file_.error = error.what();
    }
    judge_structures();
    for (std::size_t i = 0; i < findings_.size(); ++i) {
      if (findings_[i].count == 0) continue;
      findings_[i].reason = kinds_[i].reason;
      findings_[i].skipped = kinds_[i].skipped;
      findings_[i].remedy = kinds_[i].remedy;
      file_.findings.push_back(std::move(findings_[i]));
    }
  }

 private:
  void read(SpectrumReader& reader) {
    Spectrum first;
    for (Spectrum spectrum; reader.next(spectrum);) {
      if (++file_.spectra == 1) first = spectrum;
      ++file_.levels[spectrum.ms_level];
      if (spectrum.ms_level == 1) continue;
      judge(make_query(std::exchange(spectrum, {}), file_.spectra, {}));
      if (waiting_.size() < kChunkRecords) continue;
      context_.check_interrupt();
      context_.progress("checking", file_.spectra, 0);
      judge_structures();
    }
    const auto ms1 = file_.levels.find(1);
    if (ms1 == file_.levels.end() || ms1->second < file_.spectra) return;
    find("only_ms1", first, "the record is of MS level 1, like all");
    finding_of("only_ms1").count = file_.spectra;
  }

  void judge(Query query) {
    const Spectrum& spectrum = query.spectrum;
    const auto before = names_.add(spectrum);
    if (before) find("duplicate_id", spectrum, "the name occurs before, " + to_string(*before));
    for (const auto& [oddity, name, remedy] : kOddities) {
      if (spectrum.has(oddity)) find(name, spectrum, "");
    }
    count_ion(spectrum, query.ion);
    if (query.refusal) {
      find(to_string(query.refusal->status), spectrum, query.refusal->message);
      return;
    }
    count_peaks(spectrum);
    if (query.ion.possible.empty()) {
      find("unknown_adduct", spectrum,
           spectrum.adduct.empty() ? "neither adduct nor charge"
                                   : fmt::format("adduct \"{}\"", one_line(spectrum.adduct, 80)));
    } else {
      ++file_.usable;
      judge_charge(spectrum, query.ion.possible.front());
    }
    if (spectrum.smiles.empty()) return;
    ++file_.with_structure;
    query.spectrum.peaks.clear();
    query.spectrum.peaks.shrink_to_fit();
    waiting_.push_back(std::move(query));
  }

  void count_ion(const Spectrum& spectrum, const IonOfSpectrum& ion) {
    int sign = spectrum.polarity;
    if (spectrum.charge) sign = *spectrum.charge;
    if (!ion.possible.empty()) sign = ion.possible.front().charge;
    ++file_.polarities[sign == 0 ? "unknown" : sign > 0 ? "positive" : "negative"];
    const bool stated = !spectrum.adduct.empty();
    std::string name = !stated                ? "(none)"
                       : ion.possible.empty() ? one_line(spectrum.adduct, 40)
                                              : ion.possible.front().name;
    if (file_.adducts.size() >= kAdductsNamed && !file_.adducts.contains(name)) name = "(others)";
    ++file_.adducts[name];
  }

  void count_peaks(const Spectrum& spectrum) {
    const double mz = *spectrum.precursor_mz;
    const std::size_t count = spectrum.peaks.size();
    const bool first = !file_.lowest_precursor;
    file_.lowest_precursor = first ? mz : std::min(mz, *file_.lowest_precursor);
    file_.highest_precursor = first ? mz : std::max(mz, *file_.highest_precursor);
    file_.fewest_peaks = first ? count : std::min(count, file_.fewest_peaks);
    file_.most_peaks = std::max(count, file_.most_peaks);
    file_.peaks += count;
  }

  void judge_charge(const Spectrum& spectrum, const Adduct& adduct) {
    if (!contradicts(spectrum, adduct)) return;
    const std::string_view mode = spectrum.polarity > 0   ? " positive"
                                  : spectrum.polarity < 0 ? " negative"
                                                          : "";
    if (spectrum.adduct.empty()) {
      find("charge_conflict", spectrum, fmt::format("charge {:+}, but{}", *spectrum.charge, mode));
      return;
    }
    std::string stated;
    if (spectrum.charge) stated = fmt::format(" charge {:+}", *spectrum.charge);
    find("charge_conflict", spectrum, fmt::format("{}, but{}{}", adduct.name, stated, mode));
  }

  /// Structures are read many at a time, on all threads.
  void judge_structures() {
    read_structures(waiting_, structures_, context_);
    for (const auto& query : waiting_) {
      if (const auto* why = query.structure->rejection()) {
        find("bad_structure", query.spectrum, why->message);
      } else {
        judge_mass(query, *query.structure->molecule());
      }
    }
    waiting_.clear();
  }

  void judge_mass(const Query& query, const Molecule& molecule) {
    const Spectrum& spectrum = query.spectrum;
    const auto& adduct = query.ion.adduct;
    if (!adduct) return;
    const auto window = mass_window(*adduct, *spectrum.precursor_mz, config_.tolerance);
    const double mass = molecule.exact_mass();
    if (mass >= window.low && mass <= window.high) return;
    const double expected = ion_mz(*adduct, mass);
    find(
        "mass_conflict", spectrum,
        fmt::format("precursor {:.4f}, but {} of {} is {:.4f} ({:+.4f})", *spectrum.precursor_mz,
                    adduct->name, molecule.formula(), expected, *spectrum.precursor_mz - expected));
  }

  CheckFinding& finding_of(std::string_view reason) {
    const auto kind = std::ranges::find(kinds_, reason, &Finding::reason);
    return findings_[static_cast<std::size_t>(kind - kinds_.begin())];
  }

  void find(std::string_view reason, const Spectrum& spectrum, std::string_view what) {
    auto& finding = finding_of(reason);
    if (++finding.count > kExamples) return;
    std::string place = to_string(spectrum.origin);
    // What a reader says begins with the line it means, which is the better place.
    if (const auto end = what.find(": ", spectrum.origin.file.size());
        what.starts_with(spectrum.origin.file + ":") && end != std::string_view::npos) {
      place = what.substr(0, end);
      what.remove_prefix(end + 2);
    }
    const std::string name = has_name(spectrum) ? ": " + one_line(spectrum.id, 60) : "";
    finding.examples.push_back(fmt::format("{}{}{}{}", one_line(place), name,
                                           what.empty() ? "" : ": ", one_line(what, 300)));
  }

  const CheckConfig& config_;
  const RunContext& context_;
  Names& names_;
  CheckedFile& file_;
  std::vector<Finding> kinds_;
  std::vector<CheckFinding> findings_;  // one a kind
  std::vector<Query> waiting_;          // records whose structures have not been read
  StructureCache structures_ = make_structure_cache(kStructuresKept);
};

}  // namespace

std::size_t CheckReport::usable() const {
  std::size_t usable = 0;
  for (const auto& file : files) usable += file.usable;
  return usable;
}

CheckReport run_check(const CheckConfig& config, const RunContext& context) {
  CheckReport report;
  Names names;
  for (const auto& path : named_files({config.spectra, config.format}, context)) {
    context.check_interrupt();
    CheckedFile file;
    file.path = path.string();
    FileCheck(config, context, names, file).run(path);
    report.files.push_back(std::move(file));
  }
  return report;
}

}  // namespace specbridge
