#include "audit/molecule_prior.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <variant>

#include "base/random.h"
#include "chem/molecule_graph.h"

namespace specbridge {
namespace {

constexpr std::size_t kFolds = 5;
constexpr double kRidge = 1;  // on features of unit spread: keeps weights finite on few pools
constexpr int kMostSteps = 25;
constexpr double kConverged = 1e-8;

constexpr std::uint8_t kCarbon = 6, kOxygen = 8;
constexpr std::uint16_t kSingle = 2, kAromatic = 3, kDouble = 4, kTriple = 6;  // half orders

using Row = MoleculeFeatures;
using Square = std::array<Row, kMoleculeFeatures>;

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

Row sum_of(const Row& a, const Row& b, double factor) {
  Row sum = a;
  for (std::size_t i = 0; i < sum.size(); ++i) sum[i] += factor * b[i];
  return sum;
}

double product(const Row& a, const Row& b) {
  return std::inner_product(a.begin(), a.end(), b.begin(), 0.0);
}

/// The spread of each feature within pools; 1 where there is none.
Row spread_within(std::span<const Row> features, std::span<const LabelledPool> pools) {
  Row squares{};
  double count = 0;
  for (const auto& pool : pools) {
    Row mean{};
    for (const auto row : pool.rows) {
      mean = sum_of(mean, features[row], 1 / static_cast<double>(pool.rows.size()));
    }
    for (const auto row : pool.rows) {
      const Row centred = sum_of(features[row], mean, -1);
      for (std::size_t i = 0; i < centred.size(); ++i) squares[i] += centred[i] * centred[i];
    }
    count += static_cast<double>(pool.rows.size());
  }
  // Below this, a feature that is the same within every pool shows the rounding of its means.
  constexpr double kRounding = 1e-6;
  for (double& square : squares) {
    const double spread = count > 0 ? std::sqrt(square / count) : 0;
    square = spread > kRounding ? spread : 1;
  }
  return squares;
}

/// Chances of a pool's candidates under weights.
std::vector<double> chances(std::span<const Row> features, const LabelledPool& pool,
                            const Row& weights) {
  std::vector<double> values;
  for (const auto row : pool.rows) values.push_back(product(features[row], weights));
  const double highest = *std::max_element(values.begin(), values.end());
  double sum = 0;
  for (double& value : values) sum += value = std::exp(value - highest);
  for (double& value : values) value /= sum;
  return values;
}

/// The penalised log-likelihood's gradient and negative curvature at some weights.
struct Slope {
  Row gradient{};
  Square curvature{};
};

Slope slope_at(std::span<const Row> features, std::span<const LabelledPool* const> pools,
               const Row& weights) {
  Slope slope;
  for (std::size_t i = 0; i < weights.size(); ++i) {
    slope.gradient[i] = -kRidge * weights[i];
    slope.curvature[i][i] = kRidge;
  }
  for (const auto* pool : pools) {
    const auto chance = chances(features, *pool, weights);
    Row mean{};
    for (std::size_t c = 0; c < chance.size(); ++c) {
      mean = sum_of(mean, features[pool->rows[c]], chance[c]);
    }
    slope.gradient = sum_of(sum_of(slope.gradient, features[pool->rows[pool->truth]], 1), mean, -1);
    for (std::size_t c = 0; c < chance.size(); ++c) {
      const Row centred = sum_of(features[pool->rows[c]], mean, -1);
      for (std::size_t i = 0; i < centred.size(); ++i) {
        slope.curvature[i] = sum_of(slope.curvature[i], centred, chance[c] * centred[i]);
      }
    }
  }
  return slope;
}

/// Solves a symmetric, positive definite system by elimination.
Row solve(Square matrix, Row right) {
  for (std::size_t i = 0; i < right.size(); ++i) {
    for (std::size_t k = i + 1; k < right.size(); ++k) {
      const double factor = matrix[k][i] / matrix[i][i];
      matrix[k] = sum_of(matrix[k], matrix[i], -factor);
      right[k] -= factor * right[i];
    }
  }
  Row solution{};
  for (std::size_t i = right.size(); i-- > 0;) {
    double rest = right[i];
    for (std::size_t k = i + 1; k < right.size(); ++k) rest -= matrix[i][k] * solution[k];
    solution[i] = rest / matrix[i][i];
  }
  return solution;
}

double likelihood(std::span<const Row> features, std::span<const LabelledPool* const> pools,
                  const Row& weights) {
  double sum = -kRidge / 2 * product(weights, weights);
  for (const auto* pool : pools) {
    sum += std::log(std::max(chances(features, *pool, weights)[pool->truth], 1e-300));
  }
  return sum;
}

/// Newton's method; the likelihood is concave, so halving a step that overshoots is enough.
Row fit(std::span<const Row> features, std::span<const LabelledPool* const> pools) {
  Row weights{};
  double reached = likelihood(features, pools, weights);
  for (int step = 0; step < kMostSteps; ++step) {
    const Slope slope = slope_at(features, pools, weights);
    const Row direction = solve(slope.curvature, slope.gradient);
    double length = 1, found = reached;
    Row next = weights;
    for (; length > 1e-4; length /= 2) {
      next = sum_of(weights, direction, length);
      found = likelihood(features, pools, next);
      if (found >= reached) break;
    }
    if (found - reached < kConverged) break;
    weights = next;
    reached = found;
  }
  return weights;
}

std::vector<std::size_t> random_folds(std::size_t count, std::uint64_t seed) {
  std::vector<std::size_t> fold(count);
  for (std::size_t i = 0; i < count; ++i) fold[i] = i % kFolds;
  Random random(seed);
  shuffle(std::span(fold), random);
  return fold;
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
  std::vector<std::vector<float>> scores;
  for (const auto& pool : pools) scores.emplace_back(pool.rows.size(), 0.0F);
  const Row spread = spread_within(features, pools);
  std::vector<Row> scaled(features.begin(), features.end());
  for (Row& row : scaled) {
    for (std::size_t i = 0; i < row.size(); ++i) row[i] /= spread[i];
  }
  const auto fold = random_folds(pools.size(), seed);
  for (std::size_t held_out = 0; held_out < kFolds; ++held_out) {
    std::vector<const LabelledPool*> others;
    for (std::size_t p = 0; p < pools.size(); ++p) {
      if (fold[p] != held_out) others.push_back(&pools[p]);
    }
    if (others.empty()) continue;
    const Row weights = fit(scaled, others);
    for (std::size_t p = 0; p < pools.size(); ++p) {
      if (fold[p] != held_out) continue;
      for (std::size_t c = 0; c < pools[p].rows.size(); ++c) {
        scores[p][c] = static_cast<float>(product(scaled[pools[p].rows[c]], weights));
      }
    }
  }
  return scores;
}

}  // namespace specbridge
