#include "pipeline/check/findings.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <utility>

#include "base/text.h"
#include "ms/oddities.h"
#include "specbridge/error.h"
#include "specbridge/status.h"

namespace specbridge {
namespace {

constexpr std::size_t kExamples = 3;

/// Whether a record has a name of its own and not only that of its file with a number.
bool has_name(const Spectrum& spectrum) {
  const std::string file = std::filesystem::path(spectrum.origin.file).filename().string() + ":";
  return !spectrum.id.starts_with(file) || !parse_integer(spectrum.id.substr(file.size()));
}

}  // namespace

std::vector<Findings::Kind> Findings::all_kinds() {
  std::vector<Kind> kinds;
  for (const Status status : {Status::bad_record, Status::no_precursor, Status::no_peaks,
                              Status::not_ms2, Status::unknown_adduct}) {
    kinds.push_back({to_string(status), true, remedy_of(status)});
  }
  kinds.push_back({to_string(Status::bad_structure), false, remedy_of(Status::bad_structure)});
  kinds.push_back({"only_ms1", false,
                   "MS1 scans are passed over; export fragment spectra, or correct the level "
                   "that is stated"});
  kinds.push_back({"electron_ionisation", false,
                   "a model knows nothing of them: compare them with library spectra alone, search "
                   "--spectral-library"});
  kinds.push_back({"mass_conflict", false,
                   "correct precursor, adduct or SMILES; a mass window of this width does not "
                   "hold the structure"});
  kinds.push_back({"nominal_precursor", false,
                   "state the precursor m/z with all its decimals, or search with a --tolerance as "
                   "wide as it was rounded"});
  kinds.push_back({"rounded_precursor", false,
                   "no m/z of the file has more than two decimals; state more, or search with a "
                   "--tolerance as wide as they were rounded"});
  kinds.push_back({"assumed_adduct", false,
                   "a search takes this adduct for granted and says so; state ADDUCT, or search "
                   "with --adducts [M+H]+,[M+Na]+"});
  kinds.push_back({"charge_conflict", false,
                   "the adduct is believed, without one the ion mode; correct what is wrong"});
  kinds.push_back(
      {"duplicate_id", false, "give every record a name of its own; query_index tells them apart"});
  for (const auto& [oddity, name, remedy] : kOddities) kinds.push_back({name, false, remedy});
  return kinds;
}

Findings::Findings() : kinds_(all_kinds()), findings_(kinds_.size()) {}

CheckFinding& Findings::of(std::string_view reason) {
  const auto kind = std::ranges::find(kinds_, reason, &Kind::reason);
  return findings_[static_cast<std::size_t>(kind - kinds_.begin())];
}

void Findings::add(std::string_view reason, const Spectrum& spectrum, std::string_view what) {
  auto& finding = of(reason);
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

std::vector<CheckFinding> Findings::take() {
  std::vector<CheckFinding> found;
  for (std::size_t i = 0; i < findings_.size(); ++i) {
    if (findings_[i].count == 0) continue;
    findings_[i].reason = kinds_[i].reason;
    findings_[i].skipped = kinds_[i].skipped;
    findings_[i].remedy = kinds_[i].remedy;
    found.push_back(std::move(findings_[i]));
  }
  return found;
}

}  // namespace specbridge
