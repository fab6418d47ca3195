#include "pipeline/check.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <string_view>
#include <unordered_map>
#include <utility>

#include "base/text.h"
#include "ms/input_files.h"
#include "ms/oddities.h"
#include "ms/preprocess.h"
#include "ms/spectrum_notes.h"
#include "pipeline/check/findings.h"
#include "search/query_stream.h"
#include "specbridge/error.h"
#include "specbridge/ion_of_spectrum.h"
#include "specbridge/status.h"
#include "store/file.h"

namespace specbridge {
namespace {

constexpr std::size_t kChunkRecords = 4096;
constexpr std::size_t kStructuresKept = std::size_t{1} << 16;  // about a KiB each
constexpr std::size_t kAdductsNamed = 200;

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

/// How many decimals a number needs in print; 3 for more than two.
int decimals_of(double number) {
  constexpr double kExact = 1e-9;  // of a double that was read from so many decimals
  for (int decimals = 0; decimals < 3; ++decimals) {
    const double scaled = number * std::pow(10, decimals);
    if (std::abs(scaled - std::round(scaled)) <= kExact * scaled) return decimals;
  }
  return 3;
}

/// Looks at the records of one file.
class FileCheck {
 public:
  FileCheck(const CheckConfig& config, const RunContext& context, Names& names, CheckedFile& file)
      : config_(config), context_(context), names_(names), file_(file) {}

  void run(const std::filesystem::path& path) {
    try {
      const auto reader = open_spectra(path, config_.format);
      file_.format = to_string(reader->format());
      read(*reader);
    } catch (const InputError& error) {
      file_.error = error.what();
    }
    judge_structures();
    if (any_fine_) findings_.forget("rounded_precursor");
    file_.findings = findings_.take();
  }

 private:
  void read(SpectrumReader& reader) {
    Spectrum first;
    for (Spectrum spectrum; reader.next(spectrum);) {
      if (++file_.spectra == 1) first = spectrum;
      ++file_.levels[spectrum.ms_level];
      if (is_scan(spectrum)) continue;
      judge(make_query(std::exchange(spectrum, {}), file_.spectra, {}));
      if (waiting_.size() < kChunkRecords) continue;
      context_.check_interrupt();
      context_.progress("checking", file_.spectra, 0);
      judge_structures();
    }
    const auto ms1 = file_.levels.find(1);
    const bool any_other = ms1 == file_.levels.end() || ms1->second < file_.spectra;
    if (any_other || !file_.polarities.empty()) return;
    find("only_ms1", first, "the record is of MS level 1, like all");
    findings_.set_count("only_ms1", file_.spectra);
  }

  void judge(Query query) {
    const Spectrum& spectrum = query.spectrum;
    const auto before = names_.add(spectrum);
    if (before) find("duplicate_id", spectrum, "the name occurs before, " + to_string(*before));
    for (const auto& [oddity, name, remedy] : kOddities) {
      if (spectrum.has(oddity)) find(name, spectrum, detail_of(spectrum, oddity));
    }
    count_ion(spectrum, query.ion);
    if (spectrum.kind == SpectrumKind::electron) query.refusal = refusal_of_reference(spectrum);
    if (query.refusal) {
      find(to_string(query.refusal->status), spectrum, query.refusal->message);
      return;
    }
    count_peaks(spectrum);
    if (spectrum.kind == SpectrumKind::electron) {
      ++file_.usable;
      ++file_.electron;
      find("electron_ionisation", spectrum, "");
    } else if (query.ion.possible.empty()) {
      find("unknown_adduct", spectrum,
           spectrum.adduct.empty() ? "neither adduct nor charge"
                                   : fmt::format("adduct \"{}\"", one_line(spectrum.adduct, 80)));
    } else {
      ++file_.usable;
      judge_charge(spectrum, query.ion.possible.front().adduct);
      judge_precursor(spectrum);
      if (query.ion.source == AdductSource::charge) {
        find("assumed_adduct", spectrum, names_of(adducts_of(query.ion.possible)));
      }
    }
    if (spectrum.smiles.empty()) return;
    ++file_.with_structure;
    query.spectrum.peaks.clear();
    query.spectrum.peaks.shrink_to_fit();
    waiting_.push_back(std::move(query));
  }

  void count_ion(const Spectrum& spectrum, const IonOfSpectrum& ion) {
    const int sign = polarity_of(spectrum, ion);
    ++file_.polarities[sign == 0 ? "unknown" : sign > 0 ? "positive" : "negative"];
    const bool stated = !spectrum.adduct.empty();
    std::string name = !stated                ? "(none)"
                       : ion.possible.empty() ? one_line(spectrum.adduct, 40)
                                              : ion.possible.front().adduct.name;
    if (file_.adducts.size() >= kAdductsNamed && !file_.adducts.contains(name)) name = "(others)";
    ++file_.adducts[name];
  }

  void count_peaks(const Spectrum& spectrum) {
    const std::size_t count = spectrum.peaks.size();
    const bool first = file_.peaks == 0;  // a spectrum that is counted has some
    if (const auto mz = spectrum.precursor_mz) {
      file_.lowest_precursor = std::min(*mz, file_.lowest_precursor.value_or(*mz));
      file_.highest_precursor = std::max(*mz, file_.highest_precursor.value_or(*mz));
    }
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

  /// An m/z of few decimals is known no better than they say.
  void judge_precursor(const Spectrum& spectrum) {
    const double mz = *spectrum.precursor_mz;
    const int decimals = decimals_of(mz);
    any_fine_ = any_fine_ || decimals > 2;
    const double rounding = 0.5 * std::pow(10, -decimals);
    const auto& [ppm, dalton] = config_.tolerance;
    if (decimals > 2 || rounding <= std::max(mz * ppm / 1e6, dalton)) return;
    find(decimals == 2 ? "rounded_precursor" : "nominal_precursor", spectrum,
         fmt::format("precursor {} is known to {} Da only, {} cannot hold", shortest(mz),
                     shortest(rounding), to_string(config_.tolerance)));
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
    const auto& ions = query.ion.possible;
    if (ions.empty()) return;
    const double mass = molecule.exact_mass();
    const auto& [adduct, mz] = nearest_ion(ions, mass);
    const auto window = mass_window(adduct, mz, config_.tolerance);
    if (mass >= window.low && mass <= window.high) return;
    const double expected = ion_mz(adduct, mass);
    find("mass_conflict", query.spectrum,
         fmt::format("precursor {:.4f}, but {} of {} is {:.4f} ({:+.4f})", mz, adduct.name,
                     molecule.formula(), expected, mz - expected));
  }

  void find(std::string_view reason, const Spectrum& spectrum, std::string_view what) {
    findings_.add(reason, spectrum, what);
  }

  const CheckConfig& config_;
  const RunContext& context_;
  Names& names_;
  CheckedFile& file_;
  Findings findings_;
  bool any_fine_ = false;       // a precursor has more than two decimals
  std::vector<Query> waiting_;  // records whose structures have not been read
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
