#include "pipeline/page/query_parts.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <functional>
#include <limits>
#include <string_view>
#include <utility>

#include "base/json.h"
#include "chem/depiction.h"
#include "fragments/peaks.h"

namespace specbridge {
namespace {

/// Texts by part while a query is gathered: each is an array.
using Gathered = std::map<std::string, Json>;

/// A number with so many digits behind the point: the page is to be small.
double rounded(double value, int digits) {
  const double scale = std::pow(10.0, digits);
  return std::round(value * scale) / scale;
}

/// Whether an answer's cell of a column is shown; what is known of the query stands in the list.
bool is_shown_of_answers(std::string_view column) {
  constexpr std::array kShown = {"rank",
                                 "score",
                                 "library_id",
                                 "smiles",
                                 "inchikey14",
                                 "formula",
                                 "library_spectrum",
                                 "match_factor",
                                 "reverse_match_factor",
                                 "mass_error_ppm",
                                 "message",
                                 "probability",
                                 "q_value",
                                 "name"};
  return std::ranges::find(kShown, column) != kShown.end() || column.starts_with("evidence.") ||
         column.starts_with("keep.");
}

Json shown_cells(const ListedAnswer& listed, const std::vector<std::string>& columns) {
  Json cells = Json::array();
  for (std::size_t i = 0; i < listed.cells.size(); ++i) {
    cells.push_back(is_shown_of_answers(columns[i]) ? listed.cells[i] : std::string());
  }
  return cells;
}

/// Atoms [x, y, ...] in hundredths, each but the first as the way from the one before it, which
/// packs better.
Json places_of(const Depiction& depiction) {
  Json places = Json::array();
  long x_before = 0, y_before = 0;
  for (const auto& atom : depiction.atoms) {
    const long x = std::lround(atom.x * 100), y = std::lround(atom.y * 100);
    places.push_back(x - x_before);
    places.push_back(y - y_before);
    x_before = x;
    y_before = y;
  }
  return places;
}

/// [[atom, symbol, hydrogens, charge, isotope, unpaired electrons]] of the atoms that are written.
Json labels_of(const Depiction& depiction) {
  Json labels = Json::array();
  for (std::size_t i = 0; i < depiction.atoms.size(); ++i) {
    const DepictedAtom& atom = depiction.atoms[i];
    const bool plain = atom.symbol == "C" && atom.charge == 0 && atom.isotope == 0 &&
                       atom.radicals == 0 && depiction.atoms.size() > 1;
    if (plain) continue;
    labels.push_back(
        Json::array({i, atom.symbol, atom.hydrogens, atom.charge, atom.isotope, atom.radicals}));
  }
  return labels;
}

/// [atom, atom, order, ...]
Json bonds_of(const Depiction& depiction) {
  Json bonds = Json::array();
  for (const auto& bond : depiction.bonds) {
    bonds.insert(bonds.end(), {bond.first, bond.second, bond.order});
  }
  return bonds;
}

void gather_structure(const ExplainedAnswer& answer, Gathered& parts) {
  const Depiction depiction = answer.molecule ? depict(*answer.molecule) : Depiction();
  parts["atoms"].push_back(places_of(depiction));
  parts["labels"].push_back(labels_of(depiction));
  parts["bonds"].push_back(bonds_of(depiction));
}

/// Which peaks are shown, by m/z, and where each stands among them.
struct ShownPeaks {
  std::vector<JudgedPeak> peaks;
  std::map<std::size_t, std::size_t> place_of;  ///< by its place among all peaks
};

/// @param beside nothing: empty parts
void gather_beside(const std::optional<SpectrumBeside>& beside, const Spectrum& query,
                   const ShownPeaks& shown, Gathered& parts) {
  for (const char* name : {"beside_mz", "beside_intensity", "beside_in_query", "in_beside"}) {
    parts[name].push_back(Json::array());
  }
  parts["beside"].push_back(beside ? beside->name() : "");
  if (!beside) return;
  for (const Peak& peak : beside->peaks()) {
    parts["beside_mz"].back().push_back(rounded(peak.mz, 4));
    parts["beside_intensity"].back().push_back(rounded(peak.intensity, 4));
  }
  for (const PeakInOther in_query : beside->in_query(query)) {
    parts["beside_in_query"].back().push_back(static_cast<int>(in_query));
  }
  for (const auto& judged : shown.peaks) {
    parts["in_beside"].back().push_back(static_cast<int>(beside->of_query(judged.peak.mz)));
  }
}

/// @param shown where peaks stand
void gather_ions(const ExplainedAnswer& answer, const ShownPeaks& shown, Gathered& parts) {
  for (const char* name : {"place", "ion", "fragment", "cut", "ppm", "adds"}) {
    parts[name].push_back(Json::array());
  }
  for (std::size_t i = 0; i < answer.peaks.size(); ++i) {
    const auto& ion = answer.peaks[i].ion;
    if (!ion) continue;
    parts["place"].back().push_back(shown.place_of.at(i));
    parts["ion"].back().push_back(ion->formula);
    parts["fragment"].back().push_back(ion->atoms);
    parts["cut"].back().push_back(fmt::format("{}", fmt::join(ion->bonds, " ")));
    parts["ppm"].back().push_back(rounded(ion->error_ppm, 1));
    parts["adds"].back().push_back(rounded(ion->contribution, 3));
  }
}

void gather_answer(const ExplainedAnswer& answer, const Query& query, const AnswerView& view,
                   const ShownPeaks& shown, Gathered& parts) {
  parts["cells"].push_back(shown_cells(answer.listed, view.columns));
  parts["message"].push_back(answer.message);
  const bool is_explained = answer.state == AnswerState::explained;
  const auto& part = answer.part;
  parts["explained"].push_back(is_explained ? Json::array({part.explained, part.peaks,
                                                           rounded(part.intensity.value_or(0), 4)})
                                            : Json());
  gather_structure(answer, parts);
  gather_ions(answer, shown, parts);
  const auto beside = view.library != nullptr
                          ? view.library->beside(query, answer.listed, view.columns)
                          : std::nullopt;
  gather_beside(beside, query.spectrum, shown, parts);
}

double mz_or_last(const JudgedPeak& peak) {
  return std::isnan(peak.peak.mz) ? std::numeric_limits<double>::infinity() : peak.peak.mz;
}

/// Of a spectrum without a precursor m/z nothing is judged, but its peaks can be looked at.
void give_shares(const Spectrum& spectrum, std::vector<JudgedPeak>& judged) {
  double largest = 0;
  for (const Peak& peak : spectrum.peaks) {
    if (std::isfinite(peak.intensity)) largest = std::max(largest, peak.intensity);
  }
  for (std::size_t i = 0; largest > 0 && i < judged.size(); ++i) {
    const double intensity = spectrum.peaks[i].intensity;
    if (std::isfinite(intensity)) {
      judged[i].peak.intensity = static_cast<float>(intensity / largest);
    }
  }
}

/// Those that fragments are to explain, and the largest of the others; none that is no number.
ShownPeaks shown_peaks(const Spectrum& spectrum) {
  constexpr std::size_t kMostPeaks = 2000;
  auto all = judged_peaks(spectrum);
  if (!spectrum.precursor_mz) give_shares(spectrum, all);
  std::ranges::stable_sort(all, {}, mz_or_last);  // as an explained answer has them
  float least = 0;
  if (all.size() > kMostPeaks) {
    std::vector<float> intensities;
    for (const auto& one : all) intensities.push_back(one.peak.intensity);
    std::ranges::nth_element(intensities, intensities.begin() + kMostPeaks - 1, std::greater());
    least = intensities[kMostPeaks - 1];
  }
  ShownPeaks shown;
  for (std::size_t i = 0; i < all.size(); ++i) {
    const auto& [peak, use] = all[i];
    const bool finite = std::isfinite(peak.mz) && std::isfinite(peak.intensity);
    const bool large = peak.intensity >= least && shown.peaks.size() < 2 * kMostPeaks;
    if (!finite || !(use == PeakUse::read || large)) continue;
    shown.place_of[i] = shown.peaks.size();
    shown.peaks.push_back(all[i]);
  }
  return shown;
}

void gather_peaks(const ShownPeaks& shown, Gathered& parts) {
  for (const auto& [peak, use] : shown.peaks) {
    parts["mz"].push_back(rounded(peak.mz, 4));
    parts["intensity"].push_back(rounded(peak.intensity, 4));
    parts["use"].push_back(to_string(use));
  }
}

/// All parts, as they are of a query without peaks and answers.
Gathered nothing_gathered() {
  Gathered parts;
  for (const char* name : {"mz",
                           "intensity",
                           "use",
                           "cells",
                           "message",
                           "explained",
                           "atoms",
                           "labels",
                           "bonds",
                           "place",
                           "ion",
                           "fragment",
                           "cut",
                           "ppm",
                           "adds",
                           "beside",
                           "beside_mz",
                           "beside_intensity",
                           "beside_in_query",
                           "in_beside"}) {
    parts[name] = Json::array();
  }
  return parts;
}

}  // namespace

QueryParts query_parts(const ListedQuery& listed, const AnswerView& view) {
  Gathered gathered = nothing_gathered();
  const Query& query = *listed.query;
  const ShownPeaks shown = shown_peaks(query.spectrum);
  gather_peaks(shown, gathered);
  for (const auto& answer : listed.answers) {
    if (!answer.rank) continue;
    gather_answer(explain_answer(query, answer, view.model), query, view, shown, gathered);
  }
  QueryParts parts;
  for (const auto& [name, part] : gathered) {
    parts[name] = compact(part);
  }
  return parts;
}

void PartsBlock::add(const QueryParts& parts) {
  for (const auto& [name, part] : parts) {
    std::string& list = lists_[name];
    if (size_ > 0) list += ',';
    list += part;
  }
  ++size_;
}

std::string PartsBlock::text() const {
  std::string text = "{";
  for (const auto& [name, list] : lists_) {
    text += fmt::format("{}\"{}\":[{}]", text.size() > 1 ? "," : "", name, list);
  }
  return text + "}";
}

}  // namespace specbridge
