#include "audit/molecule_prior.h"

#include <algorithm>
#include <cmath>
#include <variant>

#include "chem/graphs/molecule_graph.h"
#include "stats/cross_fit.h"

namespace specbridge {
namespace {

constexpr std::size_t kFolds = 5;
constexpr double kRidge = 1;  // on features of unit spread: keeps weights finite on few pools

constexpr std::uint8_t kCarbon = 6, kOxygen = 8;
constexpr std::uint16_t kSingle = 2, kAromatic = 3, kDouble = 4, kTriple = 6;  // half orders

using Row = MoleculeFeatures;

/// How surprising each environment of a molecule is, given a list: 0 for one that all have.
struct Surprise {
  double mean = 0, highest = 0, sum = 0, unseen = 0, unseen_share = 0;
};

/// @param own how often the molecule itself was counted: once or not
Surprise surprise_of(std::span<const EnvironmentCount> environments,
                     const EnvironmentFrequencies& frequencies, std::size_t own) {
  Surprise surprise;
  const auto all = static_cast<double>(frequencies.molecules()) + 1;
  for (const auto& [id, times] : environments) {
    const std::size_t counted = frequencies.count(id), count = counted - std::min(own, counted);
    const double value = std::log(all / (static_cast<double>(count) + 1));
    surprise.sum += value;
    surprise.highest = std::max(surprise.highest, value);
    surprise.unseen += count == 0 ? 1 : 0;
  }
  if (environments.empty()) return surprise;
  surprise.mean = surprise.sum / static_cast<double>(environments.size());
  surprise.unseen_share = surprise.unseen / static_cast<double>(environments.size());
  return surprise;
}

/// Bonds of an atom, counted by how many atoms have that many.
double atoms_with_bonds(const MoleculeGraph& graph, std::size_t least, std::size_t most) {
  std::vector<std::size_t> degree(graph.elements.size());
  for (const auto& bond : graph.bonds) {
    ++degree[bond.first];
    ++degree[bond.second];
  }
  return static_cast<double>(
      std::ranges::count_if(degree, [&](std::size_t d) { return d >= least && d <= most; }));
}

template <typename Condition>
double count_bonds(const MoleculeGraph& graph, Condition condition) {
  double count = 0;
  for (const auto& bond : graph.bonds) {
    const auto one = graph.elements[bond.first], two = graph.elements[bond.second];
    count += condition(std::min(one, two), std::max(one, two), bond.half_orders) ? 1 : 0;
  }
  return count;
}

/// Molecules are connected, so this is the number of independent rings.
double rings(const MoleculeGraph& graph) {
  return static_cast<double>(graph.bonds.size()) - static_cast<double>(graph.elements.size()) + 1;
}

}  // namespace

void EnvironmentFrequencies::add(std::string_view key,
                                 std::span<const EnvironmentCount> environments) {
  if (!keys_.emplace(key).second) return;
  ++molecules_;
  for (const auto& environment : environments) ++counts_[environment.id];
}

std::size_t EnvironmentFrequencies::count(std::uint32_t environment) const {
  const auto found = counts_.find(environment);
  return found == counts_.end() ? 0 : found->second;
}

MoleculeFeatures molecule_features(const Molecule& molecule,
                                   const EnvironmentFrequencies& frequencies) {
  const auto surprise = surprise_of(morgan_environments(molecule, EnvironmentFrequencies::kRadius),
                                    frequencies, frequencies.holds(molecule.inchikey14()) ? 1 : 0);
  const auto read = read_molecule_graph(molecule.smiles());
  const auto* found = std::get_if<MoleculeGraph>(&read);
  const MoleculeGraph graph = found == nullptr ? MoleculeGraph{} : *found;
  const auto is_hetero = [](std::uint8_t element) { return element != 1 && element != kCarbon; };
  return {surprise.mean,
          surprise.highest,
          surprise.sum,
          surprise.unseen,
          surprise.unseen_share,
          rings(graph),
          atoms_with_bonds(graph, 1, 1),
          atoms_with_bonds(graph, 3, 3),
          atoms_with_bonds(graph, 4, graph.elements.size()),
          count_bonds(graph, [](auto, auto, auto order) { return order == kAromatic; }),
          count_bonds(graph,
                      [](auto one, auto two, auto order) {
                        return one == kCarbon && two == kOxygen && order == kDouble;
                      }),
          count_bonds(graph,
                      [](auto one, auto two, auto order) {
                        return one == kCarbon && two == kCarbon && order == kDouble;
                      }),
          count_bonds(graph, [](auto, auto, auto order) { return order == kTriple; }),
          count_bonds(graph, [&](auto one, auto two, auto order) {
            return is_hetero(one) && is_hetero(two) && order == kSingle;
          })};
}

std::vector<std::vector<float>> cross_validated_scores(std::span<const MoleculeFeatures> features,
                                                       std::span<const LabelledPool> pools,
                                                       std::uint64_t seed) {
  std::vector<Choice> choices;
  for (const auto& pool : pools) choices.push_back({pool.rows, pool.truth});
  AlternativeTable table(kMoleculeFeatures);
  for (const Row& row : features) table.add(row);
  scale_to_unit_spread(table, choices);
  const auto fold = random_folds(pools.size(), kFolds, seed);
  std::vector<std::vector<float>> scores;
  for (const auto& fitted : cross_fitted_scores(table, choices, fold, kRidge)) {
    scores.emplace_back(fitted.begin(), fitted.end());
  }
  return scores;
}

}  // namespace specbridge
