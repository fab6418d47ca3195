#include "pipeline/spectral/spectra_intake.h"

#include <fmt/format.h>

#include <array>
#include <string>
#include <utility>

#include "base/text.h"
#include "chem/stated_structure.h"
#include "library/spectra/peak_index.h"
#include "ms/similarity/peak_cleaning.h"
#include "search/controls.h"
#include "specbridge/ion_of_spectrum.h"

namespace specbridge {
namespace {

/// Why a record cannot be compared with others, or tells of no compound.
std::optional<Refusal> why_not_in_library(const Query& query) {
  if (query.refusal) return query.refusal;
  if (query.structure == nullptr) {
    return Refusal{Status::no_structure, "the record states no SMILES and no InChI"};
  }
  if (const auto* rejection = query.structure->rejection()) {
    return Refusal{Status::bad_structure, rejection->message};
  }
  return {};
}

/// What the library tells of a spectrum, see SpectrumText.
std::string text_of_spectrum(const Spectrum& spectrum) {
  constexpr std::size_t kMost = 200;  // characters of a field
  const std::string file = std::filesystem::path(spectrum.origin.file).filename().string();
  std::string line;
  for (const auto* field :
       {&spectrum.id, &spectrum.compound, &spectrum.adduct, &spectrum.collision_energy,
        &spectrum.instrument, &spectrum.licence, &file}) {
    line += (field == &spectrum.id ? "" : "\t") + one_line(*field, kMost);
  }
  return line;
}

}  // namespace

SpectraIntake::SpectraIntake(const std::filesystem::path& folder, RuleOfKind rule_of_kind,
                             const Bridge* model, std::size_t in_flight)
    : rule_of_kind_(std::move(rule_of_kind)),
      model_(model),
      in_flight_(in_flight),
      rejects_(folder / "rejects.tsv", Existing::replace),
      spectra_(folder / "spill.tmp") {
  rejects_.write("file\tline\tid\treason\tmessage\n");
}

void SpectraIntake::add(const std::vector<Query>& queries, SpectralIndexReport& report) {
  const auto plain = [](const PeakRows& rows) { return rows; };
  Matrix vectors = model_ == nullptr
                       ? Matrix()
                       : embed_inputs(*model_, encoder_inputs(*model_, queries, plain), in_flight_);
  for (std::size_t i = 0; i < vectors.rows(); ++i) normalize(vectors.row(i));
  for (std::size_t i = 0; i < queries.size(); ++i) {
    ++report.read;
    const std::span<const float> vector =
        model_ == nullptr ? std::span<const float>() : vectors.row(i);
    const auto refusal = keep(queries[i], vector, report);
    if (!refusal) continue;
    ++report.rejected;
    ++report.reasons[std::string(to_string(refusal->status))];
    const Spectrum& spectrum = queries[i].spectrum;
    rejects_.write(fmt::format("{}\t{}\t{}\t{}\t{}\n", one_line(spectrum.origin.file),
                               spectrum.origin.line, one_line(spectrum.id, 256),
                               to_string(refusal->status), one_line(refusal->message, 300)));
  }
}

std::optional<Refusal> SpectraIntake::keep(const Query& query, std::span<const float> vector,
                                           SpectralIndexReport& report) {
  if (auto refusal = why_not_in_library(query)) return refusal;
  const Spectrum& record = query.spectrum;
  LibrarySpectrum spectrum{
      record.precursor_mz.value_or(0), polarity_of(record, query.ion), 0, {}, {}};
  spectrum.retention_index = record.retention_index;
  const CleaningRule& cleaning = rule_for(record.kind).cleaning;
  set_peaks(cleaned(record.peaks, record.precursor_mz, cleaning), spectrum);
  if (spectrum.mz.empty()) {
    return Refusal{Status::no_peaks, "no peak is left by the rule of the library"};
  }
  spectrum.molecule =
      molecules_.number_of(*query.structure->molecule(), {record.id, record.compound});
  spectrum.text = text_of_spectrum(record);
  spectrum.vector.assign(vector.begin(), vector.end());
  spectra_.add(spectrum);
  report.electron_spectra += record.kind == SpectrumKind::electron ? 1 : 0;
  ++report.licences[record.licence.empty() ? "not stated" : one_line(record.licence, 200)];
  return {};
}

const SimilarityRule& SpectraIntake::rule_for(SpectrumKind kind) {
  if (!rule_) rule_ = rule_of_kind_(kind);
  return *rule_;
}

void SpectraIntake::finish(SpectralIndexReport& report) {
  report.duplicates = spectra_.sort();
  report.spectra = spectra_.size();
  report.molecules = molecules_.size();
  if (rule_) report.preset = rule_->preset;
  rejects_.commit();
}

}  // namespace specbridge
