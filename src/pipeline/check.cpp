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
#include "ms/ions/ion_of_spectrum.h"
#include "search/query.h"
#include "specbridge/error.h"
#include "store/file.h"

namespace specbridge {
namespace {

constexpr std::size_t kChunkRecords = 4096;
constexpr std::size_t kExamples = 3;
constexpr std::size_t kStructuresKept = std::size_t{1} << 16;  // about a KiB each
constexpr std::size_t kAdductsNamed = 200;

struct Remedy {
  std::string_view reason;
  bool skipped;
  std::string_view text;
};

// Every finding in the order it is reported, and what helps.
constexpr std::array<Remedy, 21> kRemedies = {{
    {"bad_record", true, "correct the line that is named, or take the record out"},
    {"no_precursor", true,
     "add the precursor m/z: PRECURSOR_MZ or PEPMASS in MGF, PrecursorMZ in MSP"},
    {"no_peaks", true, "export the record again with its peaks"},
    {"not_ms2", true, "search takes MS2; export level 2, or correct the level that is stated"},
    {"unknown_adduct", true,
     "state the adduct or the charge in the file, or search with --adducts [M+H]+,[M+Na]+"},
    {"bad_structure", false, "correct the SMILES; training and evaluation cannot use the record"},
    {"only_ms1", false,
     "MS1 scans are passed over; export fragment spectra, or correct the level that is stated"},
    {"mass_conflict", false,
     "correct precursor, adduct or SMILES; a mass window of this width does not hold the "
     "structure"},
    {"charge_conflict", false,
     "the adduct is believed, without one the ion mode; correct what is wrong"},
    {"duplicate_id", false, "give every record a name of its own; query_index tells them apart"},
    {"decimal_comma", false, "read as decimal points; export with points to be safe"},
    {"several_charges", false, "the first charge is taken; state one"},
    {"charge_out_of_range", false, "taken for unknown; state a charge of at most 20"},
    {"more_peaks_than_said", false, "all peaks are taken; correct the number of peaks"},
    {"several_precursors", false, "the first selected ion is taken; split multiplexed scans"},
    {"not_finite", false, "peaks that are nan or infinite are left out; export the record again"},
    {"adduct_in_name", false, "the adduct behind the name is believed; state it as ADDUCT"},
    {"unreadable_charge", false, "taken for no charge; write it as 1+ or 2-"},
    {"unreadable_level", false, "taken for not stated, so for level 2; write it as a number"},
    {"ambiguous_precursor", false, "the last of several precursor m/z is taken; state one"},
    {"several_adducts", false, "the first adduct that can be read is taken; state one"},
}};

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
        findings_(kRemedies.size()) {}

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
      findings_[i].reason = kRemedies[i].reason;
      findings_[i].skipped = kRemedies[i].skipped;
      findings_[i].remedy = kRemedies[i].text;
      file_.findings.push_back(std::move(findings_[i]));
    }
  }

 private:
  void read(SpectrumReader& reader) {
    Spectrum first;
    for (Query query; reader.next(query.spectrum);) {
      if (++file_.spectra == 1) first = query.spectrum;
      ++file_.levels[query.spectrum.ms_level];
      if (query.spectrum.ms_level == 1) continue;
      take(query);
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

  void take(Query& query) {
    const Spectrum& spectrum = query.spectrum;
    const auto before = names_.add(spectrum);
    if (before) find("duplicate_id", spectrum, "the name occurs before, " + to_string(*before));
    for (const auto& [oddity, name] : kOddities) {
      if (spectrum.has(oddity)) find(name, spectrum, "");
    }
    const auto why = refusal(spectrum);
    const auto possible = possible_adducts(spectrum, {});
    count_ion(spectrum, possible);
    if (why) {
      find(why->status, spectrum, why->message);
      return;
    }
    count_peaks(spectrum);
    if (possible.adducts.empty()) {
      find("unknown_adduct", spectrum,
           spectrum.adduct.empty() ? "neither adduct nor charge"
                                   : fmt::format("adduct \"{}\"", one_line(spectrum.adduct, 80)));
    } else {
      ++file_.usable;
      judge_charge(spectrum, possible.adducts.front());
    }
    if (spectrum.smiles.empty()) return;
    ++file_.with_structure;
    query.spectrum.peaks.clear();
    query.spectrum.peaks.shrink_to_fit();
    waiting_.push_back(std::exchange(query, {}));
  }

  void count_ion(const Spectrum& spectrum, const PossibleAdducts& possible) {
    int sign = spectrum.polarity;
    if (spectrum.charge) sign = *spectrum.charge;
    if (!possible.adducts.empty()) sign = possible.adducts.front().charge;
    ++file_.polarities[sign == 0 ? "unknown" : sign > 0 ? "positive" : "negative"];
    const bool stated = !spectrum.adduct.empty();
    std::string name = !stated                    ? "(none)"
                       : possible.adducts.empty() ? one_line(spectrum.adduct, 40)
                                                  : possible.adducts.front().name;
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
    structures_.prepare(waiting_, context_);
    for (const auto& query : waiting_) {
      const auto* structure = structures_.find(query.spectrum);
      if (structure == nullptr) continue;
      if (const auto* why = std::get_if<Rejection>(structure)) {
        find("bad_structure", query.spectrum, why->message);
      } else {
        judge_mass(query.spectrum, std::get<Molecule>(*structure));
      }
    }
    waiting_.clear();
    if (structures_.size() > kStructuresKept) structures_ = {};
  }

  void judge_mass(const Spectrum& spectrum, const Molecule& molecule) {
    const auto adduct = adduct_of(spectrum);
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
    const auto* remedy = std::ranges::find(kRemedies, reason, &Remedy::reason);
    return findings_[static_cast<std::size_t>(remedy - kRemedies.begin())];
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
  std::vector<CheckFinding> findings_;
  std::vector<Query> waiting_;  // records whose structures have not been read
  StructureCache structures_;
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
