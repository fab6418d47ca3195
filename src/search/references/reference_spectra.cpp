#include "search/references/reference_spectra.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <optional>
#include <utility>

#include "base/matrix.h"
#include "chem/formulas/formula_change.h"
#include "library/spectra/entropy_index.h"
#include "ms/preprocess.h"
#include "ms/similarity/similarity.h"
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
  if (sources.mz_power) rule.mz_power = *sources.mz_power;
  if (sources.intensity_power) rule.intensity_power = *sources.intensity_power;
  if (sources.min_matched) rule.min_matched = *sources.min_matched;
  if (sources.min_score) rule.min_score = *sources.min_score;
  rule = rule_over(library, rule);
  const UnitMass made = rule.cleaning.unit_mass;
  if (!sources.unit_mass || *sources.unit_mass == made) return rule;
  if (made != UnitMass::none) {
    throw UsageError(fmt::format("--unit-mass {}: the masses of {} are whole by {}; build it again",
                                 to_string(*sources.unit_mass), sources.library.string(),
                                 to_string(made)));
  }
  rule.cleaning.unit_mass = *sources.unit_mass;
  return rule;
}

/// The mass of the molecule that a spectrum of electron ionisation is of.
std::optional<double> mass_of(const Spectrum& spectrum, MassOfQuery from) {
  if (spectrum.molecular_mass || from == MassOfQuery::stated) return spectrum.molecular_mass;
  constexpr double kLeast = 0.01;  // share of the base peak
  double base = 0, highest = 0;
  for (const Peak& peak : spectrum.peaks) base = std::max(base, peak.intensity);
  for (const Peak& peak : spectrum.peaks) {
    if (peak.intensity >= kLeast * base) highest = std::max(highest, peak.mz);
  }
  return highest > 0 ? std::optional(highest) : std::nullopt;
}

Json json_of(const GasChoice& gas) {
  Json json = Json::object();
  if (gas.mass) {
    json["mass"] = to_string(*gas.mass);
    json["mass_of_query"] = gas.mass_of_query == MassOfQuery::guessed ? "guessed" : "stated";
  }
  if (gas.retention_width) json["retention_index"] = *gas.retention_width;
  if (gas.retention_penalty) json["retention_penalty"] = *gas.retention_penalty;
  return json;
}

/// Of vectors all spectra are alike to a degree; what becomes of so many answers costs more than
/// to compare them.
constexpr std::size_t kOpenVectors = 3000;

/// The best of hits that come in the order of the library.
class BestHits {
 public:
  explicit BestHits(std::size_t most) : most_(most) {}

  /// Whether a hit of the next spectra can be among them. Of equal ones the earlier stands before.
  bool may_hold(double score) const { return !bar_ || score > *bar_; }
  void add(const SpectralHit& hit) {
    hits_.push_back(hit);
    if (hits_.size() >= 2 * most_) keep_best();
  }
  std::vector<SpectralHit> all() && {
    if (hits_.size() > most_) keep_best();
    return std::move(hits_);
  }

 private:
  void keep_best() {
    const auto last = hits_.begin() + static_cast<std::ptrdiff_t>(most_) - 1;
    std::ranges::nth_element(hits_, last, stands_before);
    hits_.resize(most_);
    bar_ = hits_.back().score;
  }

  std::size_t most_;  ///< above 0
  std::vector<SpectralHit> hits_;
  std::optional<double> bar_;
};

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
      gas_(sources.gas),
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
  if (query.spectrum.kind == SpectrumKind::electron) {
    return library_->of_kind(SpectrumKind::electron);
  }
  if (!query.spectrum.precursor_mz) return {};
  return is_open() ? library_->of_kind(SpectrumKind::tandem) : own_window(query);
}

RowRange ReferenceSpectra::own_window(const Query& query) const {
  const double mz = *query.spectrum.precursor_mz, width = half_width(precursor_, mz);
  return library_->within(mz - width, mz + width);
}

std::vector<SpectralHit> ReferenceSpectra::hits_by_peaks(const ShownSpectrum& shown,
                                                         RowRange window) const {
  const Query& query = shown.query;
  if (window.size() == 0 || refusal(query.spectrum)) return {};
  SpectralQuery looked_up = spectral_query(*library_, shown.peaks, query.spectrum.precursor_mz,
                                           polarity_of(query.spectrum, query.ion), rule_);
  looked_up.counts = [&](std::size_t spectrum) { return counts(query.spectrum, spectrum); };
  constexpr std::size_t kOpenSpectra = 300;
  auto hits = compares_all(query) ? best_hits(*library_, looked_up, rule_, kOpenSpectra)
                                  : hits_within(*library_, looked_up, rule_, window);
  if (own_record_ == OwnRecord::leave_out) {
    std::erase_if(hits, [&](const SpectralHit& hit) { return is_own(query, looked_up, hit); });
  }
  if (gas_.retention_penalty) {
    for (SpectralHit& hit : hits) hit.score -= penalty(query.spectrum, hit);
    std::erase_if(hits, [&](const SpectralHit& hit) { return hit.score < rule_.min_score; });
  }
  return hits;
}

std::vector<SpectralHit> ReferenceSpectra::hits_by_vectors(const ShownSpectrum& shown,
                                                           RowRange window) const {
  if (shown.peaks.empty() || window.size() == 0) return {};
  BestHits hits(compares_all(shown.query) ? kOpenVectors : window.size());
  std::vector<float> scores(window.size());
  std::vector<float> direction(shown.vector.begin(), shown.vector.end());
  normalize(direction);
  library_->spectrum_vectors()->scores(direction, RowSet({window}), scores);
  const int polarity = polarity_of(shown.query.spectrum, shown.query.ion);
  for (std::size_t i = 0; i < scores.size(); ++i) {
    if (!hits.may_hold(scores[i])) continue;
    const std::size_t spectrum = window.first + i;
    if (!polarities_fit(library_->polarity(spectrum), polarity)) continue;
    if (!counts(shown.query.spectrum, spectrum)) continue;
    const SpectralHit hit{static_cast<std::uint32_t>(spectrum), 0, scores[i]};
    if (own_record_ == OwnRecord::leave_out && is_own(shown.query, {}, hit)) continue;
    hits.add(hit);
  }
  return std::move(hits).all();
}

std::optional<Refusal> ReferenceSpectra::refusal(const Spectrum& spectrum) const {
  if (auto reason = refusal_of_reference(spectrum)) return reason;
  const bool shifts = !by_vectors_ && needs_precursor(rule_.kind);
  if (spectrum.kind == SpectrumKind::tandem || !shifts) return {};
  return Refusal{Status::no_precursor,
                 fmt::format("the score {} needs a precursor m/z, which spectra of electron "
                             "ionisation do not have; choose another with --score",
                             to_string(rule_.kind))};
}

bool ReferenceSpectra::counts(const Spectrum& query, std::size_t spectrum) const {
  if (gas_.mass && query.kind == SpectrumKind::electron) {
    const auto mass = mass_of(query, gas_.mass_of_query);
    const double known = library_->molecules().mass(library_->molecule_of(spectrum));
    if (mass && std::abs(*mass - known) > half_width(*gas_.mass, known)) return false;
  }
  if (!gas_.retention_width || gas_.retention_penalty) return true;
  const auto difference = retention_difference(query, spectrum);
  return !difference || std::abs(*difference) <= *gas_.retention_width;
}

std::optional<double> ReferenceSpectra::retention_difference(const Spectrum& query,
                                                             std::size_t spectrum) const {
  const auto known = library_->retention_index(spectrum);
  if (!query.retention_index || !known) return {};
  return *query.retention_index - *known;
}

double ReferenceSpectra::penalty(const Spectrum& query, const SpectralHit& hit) const {
  if (!gas_.retention_width || !gas_.retention_penalty) return 0;
  const auto difference = retention_difference(query, hit.spectrum);
  if (!difference) return 0;
  const double beyond = std::abs(*difference) - *gas_.retention_width;
  const double lost = *gas_.retention_penalty * beyond / *gas_.retention_width;
  return std::clamp(lost, 0.0, hit.score);
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
      spectral_query(*library_, shown.peaks, query.spectrum.precursor_mz,
                     polarity_of(query.spectrum, query.ion), rule_over(*library_, rule));
  const RowRange own = own_window(query);
  return analogues_of(
      *library_, looked_up, rule.tolerance.dalton, kEach,
      [&](std::size_t spectrum) { return spectrum >= own.first && spectrum < own.last; });
}

ReferenceMatch ReferenceSpectra::describe_electron(const ShownSpectrum& shown,
                                                   const SpectralHit& hit) const {
  constexpr double kWhole = 999;
  const auto factor = [](double score) { return static_cast<int>(std::lround(kWhole * score)); };
  ReferenceMatch match;
  match.match_factor = factor(std::max(hit.score, 0.0));
  if (by_vectors_) return match;
  SimilarityRule reverse = rule_;
  reverse.kind = SimilarityKind::reverse;
  const auto asked = spectral_query(*library_, shown.peaks, {}, 0, reverse);
  const auto known = spectral_query(*library_, library_->peaks(hit.spectrum), {}, 0, reverse);
  match.reverse_match_factor = factor(similarity(asked.peaks, known.peaks, reverse).score);
  return match;
}

ReferenceMatch ReferenceSpectra::describe(const ShownSpectrum& shown,
                                          const SpectralHit& hit) const {
  const Query& query = shown.query;
  const SpectrumText text = library_->text(hit.spectrum);
  const auto retention = retention_difference(query.spectrum, hit.spectrum);
  if (query.spectrum.kind == SpectrumKind::electron) {
    ReferenceMatch match = describe_electron(shown, hit);
    match.spectrum = text.id;
    match.matched_peaks = hit.matched;
    match.collision_energy = text.collision_energy;
    match.retention_difference = retention;
    return match;
  }
  const double own = query.spectrum.precursor_mz.value_or(0);
  const double difference = own - library_->precursor_mz(hit.spectrum);
  const double width = half_width(precursor_, own);
  const MoleculeText molecule = library_->molecules().text(library_->molecule_of(hit.spectrum));
  return {std::string(text.id),
          hit.matched,
          difference,
          std::abs(difference) <= width ? std::string()
                                        : formula_change(molecule.formula, difference, width),
          std::string(text.collision_energy),
          {},
          {},
          retention};
}

Json ReferenceSpectra::to_json() const {
  Json json = {{"fingerprint", library_->fingerprint()},
               {"precursor_tolerance", to_string(precursor_)},
               {"precursors", is_open() ? "any" : "own"},
               {"adducts", adducts_ == ReferenceAdducts::same ? "same" : "any"},
               {"analogues", propagation_ == Analogues::show},
               {"own_record", own_record_ == OwnRecord::leave_out ? "left out" : "compared"}};
  if (const Json gas = json_of(gas_); !gas.empty()) json["gas"] = gas;
  if (by_vectors_) {
    json["rule"] = {{"score", kVectorScore}};
  } else {
    json["rule"] = specbridge::to_json(rule_);
  }
  return json;
}

}  // namespace specbridge
