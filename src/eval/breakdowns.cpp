#include "eval/breakdowns.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <functional>
#include <utility>

#include "base/text.h"

namespace specbridge {
namespace {

constexpr std::size_t kMostStrata = 12;
constexpr const char* kNotStated = "not stated";

/// A label with its place in the list; equal places: the more queries the earlier.
using Label = std::pair<int, std::string>;
using LabelOf = std::function<Label(const QueryResult&)>;

/// The bin of a value between edges: "below 150", "150 to 200", ..., "700 and above".
template <std::size_t N>
Label bin_of(double value, const std::array<double, N>& edges, int digits) {
  const auto above = std::upper_bound(edges.begin(), edges.end(), value);
  const int place = static_cast<int>(above - edges.begin());
  if (above == edges.begin()) return {place, fmt::format("below {:.{}f}", edges.front(), digits)};
  if (above == edges.end()) return {place, fmt::format("{:.{}f} and above", *(above - 1), digits)};
  return {place, fmt::format("{:.{}f} to {:.{}f}", *(above - 1), digits, *above, digits)};
}

Label label_or_not_stated(const std::string& text) {
  return text.empty() ? Label{1, kNotStated} : Label{0, text};
}

struct Energies {
  std::vector<double> numbers;
  std::string words;  // upper case
};

Energies read_energies(const std::string& text) {
  Energies energies;
  std::string digits;
  for (const char c : text + " ") {
    if ((c >= '0' && c <= '9') || c == '.') {
      digits += c;
      continue;
    }
    if (const auto number = parse_number(digits)) energies.numbers.push_back(*number);
    digits.clear();
    energies.words += c;
  }
  energies.words = to_upper(energies.words);
  return energies;
}

Label energy_label(const std::string& text) {
  constexpr std::array kEdges = {15., 25., 35., 50., 75.};
  constexpr int kLast = 100;
  if (trim(text).empty()) return {kLast + 1, kNotStated};
  const Energies energies = read_energies(text);
  if (energies.numbers.size() != 1) return {kLast, "ramp or other"};
  const auto says = [&](const char* word) {
    return energies.words.find(word) != std::string::npos;
  };
  const auto [place, range] = bin_of(energies.numbers.front(), kEdges, 0);
  if (says("%") || says("NCE") || says("NOMINAL")) return {20 + place, range + " normalised"};
  if (says("V")) return {place, range + " eV"};
  return {10 + place, range + " without unit"};
}

Label mass_label(const QueryResult& result) {
  constexpr std::array kEdges = {150., 200., 300., 400., 500., 700.};
  const auto& mz = result.traits.precursor_mz;
  return mz ? bin_of(*mz, kEdges, 0) : Label{static_cast<int>(kEdges.size()) + 1, kNotStated};
}

Label pool_label(const QueryResult& result) {
  constexpr std::array kEdges = {2., 5., 10., 20., 50., 100., 200.};
  return bin_of(static_cast<double>(result.pool_size), kEdges, 0);
}

Label similarity_label(const std::optional<double>& similarity) {
  constexpr std::array kEdges = {.4, .5, .6, .7, .8};
  return similarity ? bin_of(*similarity, kEdges, 1)
                    : Label{static_cast<int>(kEdges.size()) + 1, "not known"};
}

/// Puts all but the most frequent labels of words under "other".
void join_rare(std::map<std::string, std::vector<const QueryResult*>>& members) {
  if (members.size() <= kMostStrata) return;
  std::vector<std::pair<std::size_t, std::string>> sizes;
  for (const auto& [label, queries] : members) sizes.emplace_back(queries.size(), label);
  std::sort(sizes.rbegin(), sizes.rend());
  auto& other = members["other"];
  for (std::size_t i = kMostStrata - 1; i < sizes.size(); ++i) {
    auto& rare = members[sizes[i].second];
    other.insert(other.end(), rare.begin(), rare.end());
    members.erase(sizes[i].second);
  }
}

enum class Kind { words, bins };

Breakdown break_down_by(const std::string& property, Kind kind, const LabelOf& label_of,
                        std::span<const QueryResult> results, const AnalysisSettings& settings) {
  std::map<std::string, std::vector<const QueryResult*>> members;
  std::map<std::string, int> places;
  for (const auto& result : results) {
    const auto [place, label] = label_of(result);
    members[label].push_back(&result);
    places[label] = place;
  }
  if (kind == Kind::words) join_rare(members);
  Breakdown breakdown{property, {}};
  for (const auto& [label, queries] : members) {
    MetricSums sums(settings.cutoffs, settings.ties);
    for (const auto* query : queries) sums.add(*query);
    breakdown.strata.push_back({label, queries.size(), sums.metrics()});
  }
  std::stable_sort(breakdown.strata.begin(), breakdown.strata.end(),
                   [&](const Stratum& a, const Stratum& b) {
                     if (places[a.label] != places[b.label]) {
                       return places[a.label] < places[b.label];
                     }
                     return a.queries > b.queries;
                   });
  return breakdown;
}

}  // namespace

std::string collision_energy_bin(const std::string& text) {
  return energy_label(text).second;
}

std::vector<Breakdown> break_down(std::span<const QueryResult> results,
                                  const AnalysisSettings& settings) {
  std::vector<Breakdown> breakdowns;
  const auto add = [&](const std::string& property, Kind kind, const LabelOf& label_of) {
    auto breakdown = break_down_by(property, kind, label_of, results, settings);
    const bool says_something =
        breakdown.strata.size() > 1 ||
        (breakdown.strata.size() == 1 && breakdown.strata.front().label != kNotStated);
    if (says_something) breakdowns.push_back(std::move(breakdown));
  };
  add("adduct", Kind::words, [](const auto& r) { return label_or_not_stated(r.traits.adduct); });
  add("instrument", Kind::words,
      [](const auto& r) { return label_or_not_stated(r.traits.instrument); });
  add("collision_energy", Kind::bins,
      [](const auto& r) { return energy_label(r.traits.collision_energy); });
  add("precursor_mz", Kind::bins, mass_label);
  add("pool_size", Kind::bins, pool_label);
  const auto has = [&](auto member) {
    return std::any_of(results.begin(), results.end(),
                       [&](const auto& r) { return (r.*member).has_value(); });
  };
  if (has(&QueryResult::hardness)) {
    add("hardness", Kind::bins, [](const auto& r) { return similarity_label(r.hardness); });
  }
  if (has(&QueryResult::nearest_training)) {
    add("nearest_training", Kind::bins,
        [](const auto& r) { return similarity_label(r.nearest_training); });
  }
  return breakdowns;
}

}  // namespace specbridge
