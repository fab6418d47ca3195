#include "search/references/reference_spectra.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <utility>

#include "chem/formulas/formula_change.h"
#include "library/spectra/entropy_index.h"
#include "specbridge/adduct.h"
#include "specbridge/error.h"
#include "specbridge/ion_of_spectrum.h"

namespace specbridge {
namespace {

constexpr const char* kVectorScore = "vector";

/// The rule that is asked for over the rule of the library.
SimilarityRule asked_rule(const SpectralLibrary& library, const ReferenceSources& sources) {
  SimilarityRule rule = library.rule();
  if (sources.score && *sources.score != kVectorScore) {
    const SimilarityKind kind = parse_similarity_kind(*sources.score);
    if (kind != rule.kind) {
      rule = default_rule(kind);
      rule.tolerance = library.rule().tolerance;
    }
  }
  if (sources.peak_tolerance) rule.tolerance = *sources.peak_tolerance;
  if (sources.min_matched) rule.min_matched = *sources.min_matched;
  if (sources.min_score) rule.min_score = *sources.min_score;
  return rule_over(library, rule);
}

bool same_adduct(const Query& query, std::string_view stated) {
  const auto adduct = parse_adduct(stated);
  return adduct && query.ion.adduct && adduct->name == query.ion.adduct->name;
}

}  // namespace

const StructureMatch* match_of(std::span<const StructureMatch> matches,
                               const StructureKey& structure) {
  const auto found = std::ranges::lower_bound(matches, structure, {}, &StructureMatch::structure);
  return found != matches.end() && found->structure == structure ? &*found : nullptr;
}

ReferenceSpectra::ReferenceSpectra(std::shared_ptr<const SpectralLibrary> library,
                                   const ReferenceSources& sources, const Tolerance& precursor)
    : library_(std::move(library)),
      rule_(asked_rule(*library_, sources)),
      precursor_(precursor),
      precursors_(sources.precursors),
      adducts_(sources.adducts),
      own_record_(sources.own_record),
      propagation_(sources.analogues),
      by_vectors_(sources.score == kVectorScore) {
  if (propagation_ == Analogues::show && library_->products() == nullptr) {
    throw UsageError(fmt::format(
        "--analogues: the peaks of {} are too near to each other; build it with specbridge index "
        "--spectra --preset entropy",
        sources.library.string()));
  }
  if (!by_vectors_ || library_->spectrum_vectors() != nullptr) return;
  throw UsageError(fmt::format(
      "--score vector: {} has no vectors of spectra; build it with specbridge index --spectra "
      "--model DIR",
      sources.library.string()));
}

RowRange ReferenceSpectra::window(const Query& query) const {
  if (!query.spectrum.precursor_mz) return {};
  return is_open() ? RowRange{0, library_->spectra()} : own_window(query);
}

RowRange ReferenceSpectra::own_window(const Query& query) const {
  const double mz = *query.spectrum.precursor_mz, width = half_width(precursor_, mz);
  return library_->within(mz - width, mz + width);
}

std::vector<SpectralHit> ReferenceSpectra::hits_by_peaks(const ShownSpectrum& shown,
                                                         RowRange window) const {
  const Query& query = shown.query;
  const SpectralQuery looked_up =
      spectral_query(*library_, shown.peaks, query.spectrum.precursor_mz.value_or(0),
                     polarity_of(query.spectrum, query.ion), rule_);
  constexpr std::size_t kOpenSpectra = 300;
  auto hits = is_open() ? best_hits(*library_, looked_up, rule_, kOpenSpectra)
                        : hits_within(*library_, looked_up, rule_, window);
  if (own_record_ == OwnRecord::leave_out) {
    std::erase_if(hits, [&](const SpectralHit& hit) { return is_own(query, looked_up, hit); });
  }
  return hits;
}

std::vector<SpectralHit> ReferenceSpectra::hits_by_vectors(const ShownSpectrum& shown,
                                                           RowRange window) const {
  std::vector<SpectralHit> hits;
  if (shown.peaks.empty()) return hits;
  std::vector<float> scores(window.size());
  std::vector<float> direction(shown.vector.begin(), shown.vector.end());
  normalize(direction);
  library_->spectrum_vectors()->scores(direction, RowSet({window}), scores);
  const int polarity = polarity_of(shown.query.spectrum, shown.query.ion);
  for (std::size_t i = 0; i < scores.size(); ++i) {
    const std::size_t spectrum = window.first + i;
    if (!polarities_fit(library_->polarity(spectrum), polarity)) continue;
    const SpectralHit hit{static_cast<std::uint32_t>(spectrum), 0, scores[i]};
    if (own_record_ == OwnRecord::leave_out && is_own(shown.query, {}, hit)) continue;
    hits.push_back(hit);
  }
  return hits;
}

bool ReferenceSpectra::is_own(const Query& query, const SpectralQuery& looked_up,
                              const SpectralHit& hit) const {
  std::string_view id = library_->text(hit.spectrum).id;
  if (!library_->decoys_of().empty()) id.remove_prefix(std::min(kDecoyPrefix.size(), id.size()));
  if (id == query.name.id) return true;
  constexpr double kSame = 1 - 1e-9;
  return hit.score >= kSame && hit.matched > 0 && hit.matched == looked_up.peaks.size() &&
         hit.matched == library_->peaks(hit.spectrum).size();
}

std::vector<StructureMatch> ReferenceSpectra::matches(const ShownSpectrum& shown) const {
  const RowRange near = window(shown.query);
  const auto hits = by_vectors_ ? hits_by_vectors(shown, near) : hits_by_peaks(shown, near);
  std::vector<StructureMatch> matches;
  for (const SpectralHit& hit : hits) {
    if (adducts_ == ReferenceAdducts::same &&
        !same_adduct(shown.query, library_->text(hit.spectrum).adduct)) {
      continue;
    }
    matches.push_back({library_->molecules().structure(library_->molecule_of(hit.spectrum)), hit});
  }
  keep_best_of_each(
      matches, [](const StructureMatch& one) -> const auto& { return one.structure; },
      [](const StructureMatch& a, const StructureMatch& b) {
        return stands_before(a.best, b.best);
      });
  return matches;
}

std::vector<Analogue> ReferenceSpectra::analogues(const ShownSpectrum& shown) const {
  constexpr std::size_t kEach = 30;
  const Query& query = shown.query;
  if (!query.spectrum.precursor_mz) return {};
  SimilarityRule rule = default_rule(SimilarityKind::entropy);
  rule.tolerance = {
      0, std::min(rule.tolerance.dalton,
                  most_indexed_tolerance(library_->rule().cleaning.merge_within.dalton))};
  const SpectralQuery looked_up =
      spectral_query(*library_, shown.peaks, *query.spectrum.precursor_mz,
                     polarity_of(query.spectrum, query.ion), rule_over(*library_, rule));
  const RowRange own = own_window(query);
  return analogues_of(
      *library_, looked_up, rule.tolerance.dalton, kEach,
      [&](std::size_t spectrum) { return spectrum >= own.first && spectrum < own.last; });
}

ReferenceMatch ReferenceSpectra::describe(const Query& query, const SpectralHit& hit) const {
  const SpectrumText text = library_->text(hit.spectrum);
  const double own = query.spectrum.precursor_mz.value_or(0);
  const double difference = own - library_->precursor_mz(hit.spectrum);
  const double width = half_width(precursor_, own);
  const MoleculeText molecule = library_->molecules().text(library_->molecule_of(hit.spectrum));
  return {std::string(text.id), hit.matched, difference,
          std::abs(difference) <= width ? std::string()
                                        : formula_change(molecule.formula, difference, width),
          std::string(text.collision_energy)};
}

Json ReferenceSpectra::to_json() const {
  Json json = {{"fingerprint", library_->fingerprint()},
               {"precursor_tolerance", to_string(precursor_)},
               {"precursors", is_open() ? "any" : "own"},
               {"adducts", adducts_ == ReferenceAdducts::same ? "same" : "any"},
               {"analogues", propagation_ == Analogues::show},
               {"own_record", own_record_ == OwnRecord::leave_out ? "left out" : "compared"}};
  if (by_vectors_) {
    json["rule"] = {{"score", kVectorScore}};
  } else {
    json["rule"] = specbridge::to_json(rule_);
  }
  return json;
}

}  // namespace specbridge
