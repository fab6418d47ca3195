#include "pipeline/page/query_json.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <string_view>

#include "base/text.h"
#include "chem/depiction.h"
#include "fragments/peaks.h"

namespace specbridge {
namespace {

/// A number with so many digits behind the point: the page is to be small.
double rounded(double value, int digits) {
  const double scale = std::pow(10.0, digits);
  return std::round(value * scale) / scale;
}

/// "atoms" [x, y, ...] in hundredths, "labels" [[atom, symbol, hydrogens, charge, isotope,
/// unpaired electrons]] of those that are written, "bonds" [atom, atom, order, ...].
Json structure_json(const Depiction& depiction) {
  Json atoms = Json::array(), labels = Json::array(), bonds = Json::array();
  for (std::size_t i = 0; i < depiction.atoms.size(); ++i) {
    const DepictedAtom& atom = depiction.atoms[i];
    atoms.push_back(std::lround(atom.x * 100));
    atoms.push_back(std::lround(atom.y * 100));
    const bool plain = atom.symbol == "C" && atom.charge == 0 && atom.isotope == 0 &&
                       atom.radicals == 0 && depiction.atoms.size() > 1;
    if (plain) continue;
    labels.push_back(
        Json::array({i, atom.symbol, atom.hydrogens, atom.charge, atom.isotope, atom.radicals}));
  }
  for (const auto& bond : depiction.bonds) {
    bonds.insert(bonds.end(), {bond.first, bond.second, bond.order});
  }
  return {{"atoms", std::move(atoms)}, {"labels", std::move(labels)}, {"bonds", std::move(bonds)}};
}

Json ions_json(const ExplainedAnswer& answer) {
  Json ions = Json::array();
  for (std::size_t i = 0; i < answer.peaks.size(); ++i) {
    const auto& ion = answer.peaks[i].ion;
    if (!ion) continue;
    ions.push_back(
        Json::array({i, ion->formula, ion->atoms, fmt::format("{}", fmt::join(ion->bonds, " ")),
                     rounded(ion->error_ppm, 2), rounded(ion->contribution, 4)}));
  }
  return ions;
}

Json answer_json(const ExplainedAnswer& answer) {
  Json json{{"cells", answer.listed.cells}, {"state", to_string(answer.state)}};
  if (!answer.message.empty()) json["message"] = answer.message;
  if (answer.molecule) json["structure"] = structure_json(depict(*answer.molecule));
  if (answer.state != AnswerState::explained) return json;
  const auto& part = answer.part;
  json["explained"] =
      Json::array({part.explained, part.peaks, rounded(part.intensity.value_or(0), 4),
                   rounded(answer.score, 4)});
  json["ions"] = ions_json(answer);
  return json;
}

double mz_or_last(const JudgedPeak& peak) {
  return std::isnan(peak.peak.mz) ? std::numeric_limits<double>::infinity() : peak.peak.mz;
}

/// In the order in which an explained answer has them.
Json peaks_json(const Spectrum& spectrum) {
  auto judged = judged_peaks(spectrum);
  std::ranges::stable_sort(judged, {}, mz_or_last);
  Json peaks = Json::array();
  for (const auto& [peak, use] : judged) {
    peaks.push_back(Json::array({rounded(peak.mz, 5), rounded(peak.intensity, 4), to_string(use)}));
  }
  return peaks;
}

}  // namespace

Json query_json(const ListedQuery& query, const FragmentModel* model) {
  Json answers = Json::array();
  for (const auto& listed : query.answers) {
    if (!listed.rank) continue;
    answers.push_back(answer_json(explain_answer(*query.query, listed, model)));
  }
  return {{"peaks", peaks_json(query.query->spectrum)}, {"answers", std::move(answers)}};
}

}  // namespace specbridge
