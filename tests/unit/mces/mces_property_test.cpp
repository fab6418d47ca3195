#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <map>
#include <numeric>
#include <span>
#include <utility>

#include "base/random.h"
#include "mces/mces.h"
#include "specbridge/mces_options.h"

namespace specbridge {
namespace {

constexpr int kPairsOfGraphs = 10'000;
constexpr std::size_t kMostAtoms = 6;

/// Any graph, also disconnected ones and atoms with five bonds.
MoleculeGraph draw_graph(Random& random) {
  static constexpr std::uint16_t kOrders[] = {2, 2, 3, 4, 6};
  MoleculeGraph graph;
  const std::size_t atoms = 1 + random.below(kMostAtoms);
  const std::uint64_t elements = 1 + random.below(3);
  const std::uint64_t density = 1 + random.below(4);
  for (std::size_t i = 0; i < atoms; ++i) {
    graph.elements.push_back(static_cast<std::uint8_t>(6 + random.below(elements)));
  }
  for (std::uint16_t i = 0; i < atoms; ++i) {
    for (std::uint16_t k = i + 1; k < atoms; ++k) {
      if (random.below(5) < density) graph.bonds.push_back({i, k, kOrders[random.below(5)]});
    }
  }
  return graph;
}

using Weights = std::map<std::pair<int, int>, int>;

Weights weights_of(const MoleculeGraph& graph) {
  Weights weights;
  for (const auto& bond : graph.bonds) {
    weights[{bond.first, bond.second}] = weights[{bond.second, bond.first}] = bond.half_orders;
  }
  return weights;
}

/// The definition: every map of atoms to atoms of the same element, every bond looked up.
class AllMaps {
 public:
  AllMaps(const MoleculeGraph& a, const MoleculeGraph& b)
      : a_(a), b_(b), weights_a_(weights_of(a)), weights_b_(weights_of(b)) {
    partner_.assign(a.elements.size(), -1);
    used_.assign(b.elements.size(), false);
  }

  double distance() {
    try_atom(0);
    return best_ / 2.0;
  }

 private:
  void try_atom(std::size_t i) {
    if (i == partner_.size()) {
      best_ = std::min(best_, cost());
      return;
    }
    try_atom(i + 1);
    for (std::size_t u = 0; u < used_.size(); ++u) {
      if (used_[u] || a_.elements[i] != b_.elements[u]) continue;
      used_[u] = true;
      partner_[i] = static_cast<int>(u);
      try_atom(i + 1);
      partner_[i] = -1;
      used_[u] = false;
    }
  }

  int cost() const {
    int left_over = 0;
    for (const auto& bond : b_.bonds) left_over += bond.half_orders;
    int sum = 0;
    for (const auto& bond : a_.bonds) {
      const auto other = weights_b_.find({partner_[bond.first], partner_[bond.second]});
      const int weight = other == weights_b_.end() ? 0 : other->second;
      sum += std::abs(bond.half_orders - weight);
      left_over -= weight;
    }
    return sum + left_over;
  }

  const MoleculeGraph& a_;
  const MoleculeGraph& b_;
  Weights weights_a_, weights_b_;
  std::vector<int> partner_;
  std::vector<bool> used_;
  int best_ = 1 << 20;
};

MoleculeGraph renumbered(const MoleculeGraph& graph, Random& random) {
  std::vector<std::uint16_t> name(graph.elements.size());
  std::iota(name.begin(), name.end(), std::uint16_t{0});
  shuffle(std::span(name), random);
  MoleculeGraph result = graph;
  for (std::size_t i = 0; i < name.size(); ++i) result.elements[name[i]] = graph.elements[i];
  for (auto& bond : result.bonds) {
    const auto [first, second] = std::minmax(name[bond.first], name[bond.second]);
    bond = {first, second, bond.half_orders};
  }
  shuffle(std::span(result.bonds), random);
  return result;
}

McesOptions exact() {
  McesOptions options;
  options.threshold.reset();
  return options;
}

template <typename Check>
void for_random_pairs(int count, std::uint64_t seed, const Check& check) {
  Random random(seed);
  for (int i = 0; i < count; ++i) {
    SCOPED_TRACE(testing::Message() << "pair " << i << " of seed " << seed);
    const MoleculeGraph a = draw_graph(random), b = draw_graph(random);
    check(a, b, random);
    if (testing::Test::HasFailure()) return;
  }
}

/// What is reported of a pair beyond any threshold: the bound of the best assignment of atoms.
double assignment_bound(const MoleculeGraph& a, const MoleculeGraph& b) {
  McesOptions options;
  options.threshold = 0;
  return mces(a, b, options).distance;
}

TEST(McesOfRandomGraphs, IsTheLeastCostOverAllMaps) {
  for_random_pairs(kPairsOfGraphs, 21, [](const auto& a, const auto& b, Random&) {
    const double truth = AllMaps(a, b).distance();
    const McesResult result = mces(a, b, exact());
    EXPECT_EQ(result.distance, truth);
    EXPECT_TRUE(result.exact);
    EXPECT_EQ(result.lower, truth);
    EXPECT_EQ(result.upper, truth);
  });
}

TEST(McesOfRandomGraphs, FollowsTheRuleOfMyopicMcesBeyondAThreshold) {
  for_random_pairs(3000, 22, [](const auto& a, const auto& b, Random& random) {
    McesOptions options;
    const double threshold = options.threshold.emplace(static_cast<double>(random.below(24)) / 2);
    const double truth = mces(a, b, exact()).distance;
    const double bound = assignment_bound(a, b);
    const McesResult result = mces(a, b, options);
    EXPECT_EQ(result.distance, bound > threshold ? bound : truth <= threshold ? truth : threshold);
    EXPECT_EQ(result.exact, result.distance == truth && result.lower == result.upper);
    EXPECT_LE(result.lower, truth);
    EXPECT_GE(result.upper, truth);
    EXPECT_TRUE(truth > threshold || result.exact);
  });
}

TEST(McesOfRandomGraphs, TheBoundIsBelowTheDistance) {
  for_random_pairs(3000, 23, [](const auto& a, const auto& b, Random&) {
    EXPECT_LE(assignment_bound(a, b), mces(a, b, exact()).distance);
  });
}

TEST(McesOfRandomGraphs, DoesNotDependOnTheOrderOfGraphsAndAtoms) {
  for_random_pairs(3000, 24, [](const auto& a, const auto& b, Random& random) {
    const double distance = mces(a, b, exact()).distance;
    EXPECT_EQ(mces(b, a, exact()).distance, distance);
    EXPECT_EQ(mces(renumbered(a, random), renumbered(b, random), exact()).distance, distance);
    EXPECT_EQ(assignment_bound(b, a), assignment_bound(a, b));
  });
}

TEST(McesOfRandomGraphs, AnIntervalHoldsTheDistanceWhateverTheCap) {
  for_random_pairs(3000, 25, [](const auto& a, const auto& b, Random& random) {
    McesOptions capped = exact();
    capped.max_nodes = random.below(3);
    const double truth = mces(a, b, exact()).distance;
    const McesResult result = mces(a, b, capped);
    EXPECT_LE(result.lower, truth);
    EXPECT_GE(result.upper, truth);
    EXPECT_EQ(result.distance, result.lower);
    EXPECT_EQ(result.exact, !result.capped);
  });
}

}  // namespace
}  // namespace specbridge
