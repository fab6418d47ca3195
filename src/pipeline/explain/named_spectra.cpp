#include "pipeline/explain/named_spectra.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <exception>
#include <utility>

#include "ms/similarity/peak_cleaning.h"
#include "pipeline/explain/record_beside.h"
#include "specbridge/error.h"

namespace specbridge {
namespace fs = std::filesystem;
namespace {

/// The rule that the record of a search states for library spectra; that of the library where it
/// states none, or compared vectors.
SimilarityRule rule_of_search(const Json& record, const SpectralLibrary& library) {
  try {
    return similarity_rule(record.at("spectral_library").at("rule"));
  } catch (const std::exception&) {  // no record, or none that says it
    return library.rule();
  }
}

void warn_of_library(const Json& record, const SpectralLibrary& library, const fs::path& dir,
                     const RunContext& context) {
  const Json stated = record.value(Json::json_pointer("/spectral_library/fingerprint"), Json());
  if (!stated.is_string() || stated.get<std::string>() == library.fingerprint()) return;
  context.warning(fmt::format(
      "{}: the table was searched with another library of spectra, the record beside it says; "
      "spectra are shown where their names are the same",
      dir.string()));
}

/// The cell of a column; empty where the table has none of that name.
std::string_view cell_of(const ListedAnswer& listed, const std::vector<std::string>& columns,
                         std::string_view column) {
  const auto at = std::ranges::find(columns, column);
  if (at == columns.end()) return {};
  return listed.cells[static_cast<std::size_t>(at - columns.begin())];
}

/// Whether ascending m/z has one near this.
bool has_near(std::span<const Peak> peaks, double mz, const Tolerance& tolerance) {
  const double width = half_width(tolerance, mz);
  const auto at = std::ranges::lower_bound(peaks, mz - width, {}, &Peak::mz);
  return at != peaks.end() && at->mz <= mz + width;
}

PeakInOther in_other(std::span<const Peak> other, double mz, double shift,
                     const Tolerance& tolerance) {
  if (has_near(other, mz, tolerance)) return PeakInOther::same;
  if (std::abs(shift) <= half_width(tolerance, mz)) return PeakInOther::absent;
  return has_near(other, mz + shift, tolerance) ? PeakInOther::shifted : PeakInOther::absent;
}

}  // namespace

std::string_view to_string(PeakInOther in_other) {
  switch (in_other) {
    case PeakInOther::same:
      return "same";
    case PeakInOther::shifted:
      return "shifted";
    default:
      return "";
  }
}

SpectrumBeside::SpectrumBeside(std::string name, std::vector<Peak> peaks, double shift,
                               const SimilarityRule& rule)
    : name_(std::move(name)),
      peaks_(std::move(peaks)),
      shift_(shift),
      tolerance_(rule.tolerance),
      cleaning_(rule.cleaning) {}

std::vector<PeakInOther> SpectrumBeside::in_query(const Spectrum& query) const {
  const auto of_query = cleaned(query.peaks, query.precursor_mz, cleaning_);
  std::vector<PeakInOther> all;
  for (const Peak& peak : peaks_) all.push_back(in_other(of_query, peak.mz, shift_, tolerance_));
  return all;
}

PeakInOther SpectrumBeside::of_query(double mz) const {
  return in_other(peaks_, at_unit_mass(mz, cleaning_.unit_mass), -shift_, tolerance_);
}

NamedSpectra::NamedSpectra(std::shared_ptr<const SpectralLibrary> library, SimilarityRule rule)
    : library_(std::move(library)), rule_(std::move(rule)) {
  by_name_.reserve(library_->spectra());
  for (std::size_t i = 0; i < library_->spectra(); ++i) {
    by_name_.push_back({library_->text(i).id, static_cast<std::uint32_t>(i)});
  }
  std::ranges::stable_sort(by_name_, {}, &Named::name);
}

std::optional<std::size_t> NamedSpectra::find(std::string_view name,
                                              std::string_view inchikey14) const {
  const StructureKey meant(inchikey14);
  auto at = std::ranges::lower_bound(by_name_, name, {}, &Named::name);
  for (; at != by_name_.end() && at->name == name; ++at) {
    if (library_->molecules().structure(library_->molecule_of(at->spectrum)) == meant) {
      return at->spectrum;
    }
  }
  return {};
}

std::optional<SpectrumBeside> NamedSpectra::beside(const Query& query, const ListedAnswer& listed,
                                                   const std::vector<std::string>& columns) const {
  const auto name = cell_of(listed, columns, "library_spectrum");
  if (name.empty()) return {};
  const auto spectrum = find(name, cell_of(listed, columns, "inchikey14"));
  if (!spectrum) return {};
  const auto precursor = library_->stated_precursor(*spectrum);
  const auto& asked = query.spectrum;
  const double shift = precursor && asked.precursor_mz ? *asked.precursor_mz - *precursor : 0;
  return SpectrumBeside(std::string(name), library_->peaks(*spectrum), shift, rule_);
}

std::optional<NamedSpectra> open_named(const std::optional<fs::path>& dir, const fs::path& hits,
                                       const RunContext& context) {
  if (!dir) return {};
  auto library = std::make_shared<const SpectralLibrary>(SpectralLibrary::open(*dir));
  const Json record = record_beside(hits);
  warn_of_library(record, *library, *dir, context);
  SimilarityRule rule = rule_of_search(record, *library);
  return NamedSpectra(std::move(library), std::move(rule));
}

}  // namespace specbridge
