#include "pipeline/candidate_source.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <iterator>

#include "specbridge/ms/tolerance.h"

namespace specbridge {
namespace {

/// The ion mode gives the sign where one is stated: instruments set it, while some converters write
/// every charge as positive.
Adduct implied_adduct(const Spectrum& spectrum) {
  const int charge = *spectrum.charge;
  return protonation(spectrum.polarity == 0 ? charge : spectrum.polarity * std::abs(charge));
}

}  // namespace

RankedList collapse(std::vector<ScoredMember> members, std::size_t k) {
  std::ranges::sort(members, [](const ScoredMember& a, const ScoredMember& b) {
    if (a.inchikey14 != b.inchikey14) return a.inchikey14 < b.inchikey14;
    return a.score != b.score ? a.score > b.score : a.smiles < b.smiles;
  });
  RankedList list;
  for (std::size_t i = 0; i < members.size(); ++i) {
    const bool first = i == 0 || members[i].inchikey14 != members[i - 1].inchikey14;
    if (first) list.hits.push_back({members[i].row, members[i].score});
  }
  list.candidates = list.hits.size();
  const auto better = [](const RankedHit& a, const RankedHit& b) {
    return a.score != b.score ? a.score > b.score : a.row < b.row;
  };
  if (k == 0 || k > list.hits.size()) k = list.hits.size();
  std::ranges::partial_sort(list.hits, list.hits.begin() + static_cast<std::ptrdiff_t>(k), better);
  list.hits.resize(k);
  return list;
}

RankedList unanswered(std::string status, std::string message) {
  return {std::move(status), std::move(message), 0, {}, {}};
}

PossibleAdducts possible_adducts(const Spectrum& spectrum, const std::vector<Adduct>& list) {
  if (!spectrum.adduct.empty()) {
    if (const auto stated = parse_adduct(spectrum.adduct)) return {{*stated}, false};
  }
  PossibleAdducts possible;
  possible.assumed = true;
  std::ranges::copy_if(list, std::back_inserter(possible.adducts),
                       [&](const Adduct& adduct) { return !contradicts(spectrum, adduct); });
  const bool charge_alone = list.empty() && spectrum.adduct.empty() && spectrum.charge;
  if (charge_alone) return {{implied_adduct(spectrum)}, false};
  return possible;
}

const Adduct& nearest_adduct(const std::vector<Adduct>& adducts, double mz, double exact_mass) {
  return *std::ranges::min_element(adducts, {}, [&](const Adduct& adduct) {
    return std::abs(mass_error_ppm(mz, ion_mz(adduct, exact_mass)));
  });
}

std::string names_of(const std::vector<Adduct>& adducts) {
  std::string names;
  for (const auto& adduct : adducts) names += (names.empty() ? "" : ", ") + adduct.name;
  return names;
}

std::optional<Adduct> adduct_of(const Spectrum& spectrum) {
  if (!spectrum.adduct.empty()) return parse_adduct(spectrum.adduct);
  if (spectrum.charge) return implied_adduct(spectrum);
  return {};
}

}  // namespace specbridge
