#include "train/replicate_order.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <set>

namespace specbridge {
namespace {

Example example(std::size_t molecule, float precursor_mz, int ion_mode = 1) {
  return {{{precursor_mz, 1.1F, 50, 1}}, molecule, ion_mode};
}

/// 40 molecules with 1 to 7 spectra each, of ten different precursors.
std::vector<Example> many_examples() {
  std::vector<Example> examples;
  for (std::size_t m = 0; m < 40; ++m) {
    for (std::size_t s = 0; s <= m % 7; ++s) {
      examples.push_back(example(m, 100.0F + static_cast<float>(m % 10), m % 3 == 0 ? -1 : 1));
    }
  }
  return examples;
}

std::vector<Draw> one_draw_each(std::size_t count) {
  std::vector<Draw> draws;
  for (std::size_t i = 0; i < count; ++i) draws.push_back({i, 0});
  return draws;
}

std::vector<std::size_t> order_of(const std::vector<Example>& examples, const ReplicateRules& rules,
                                  std::uint64_t seed) {
  Random random(seed);
  std::vector<std::size_t> order;
  for (const Draw& draw :
       replicate_order(one_draw_each(examples.size()), examples, rules, random)) {
    order.push_back(draw.example);
  }
  return order;
}

TEST(ReplicateOrder, HoldsEveryDrawOnce) {
  const auto examples = many_examples();
  for (std::uint64_t seed = 0; seed < 20; ++seed) {
    const auto order = order_of(examples, {3, 4}, seed);
    EXPECT_EQ(order.size(), examples.size());
    EXPECT_EQ(std::set(order.begin(), order.end()).size(), examples.size());
  }
}

TEST(ReplicateOrder, IsAFunctionOfTheRandomNumbers) {
  const auto examples = many_examples();
  EXPECT_EQ(order_of(examples, {3, 4}, 1), order_of(examples, {3, 4}, 1));
  EXPECT_NE(order_of(examples, {3, 4}, 1), order_of(examples, {3, 4}, 2));
}

TEST(ReplicateOrder, KeepsReplicatesTogether) {
  const auto examples = many_examples();
  for (std::uint64_t seed = 0; seed < 20; ++seed) {
    const auto order = order_of(examples, {7, 4}, seed);  // a molecule fits in one pack
    std::map<std::size_t, std::pair<std::size_t, std::size_t>> places;
    std::map<std::size_t, std::size_t> spectra;
    for (std::size_t i = 0; i < order.size(); ++i) {
      const std::size_t molecule = examples[order[i]].molecule;
      places.try_emplace(molecule, i, i).first->second.second = i;
      ++spectra[molecule];
    }
    for (const auto& [molecule, place] : places) {
      EXPECT_EQ(place.second - place.first + 1, spectra[molecule]) << molecule;
    }
  }
}

TEST(ReplicateOrder, PutsEqualPrecursorsBesideEachOther) {
  // Ten pairs of isomers, one spectrum each; runs of two packs begin at the first or the second.
  std::vector<Example> examples;
  for (std::size_t m = 0; m < 20; ++m) {
    examples.push_back(example(m, 100.0F + static_cast<float>(m / 2)));
  }
  std::size_t together = 0;
  for (std::uint64_t seed = 0; seed < 40; ++seed) {
    const auto order = order_of(examples, {4, 2}, seed);
    for (std::size_t i = 1; i < order.size(); ++i) {
      together += order[i] / 2 == order[i - 1] / 2 ? 1 : 0;
    }
  }
  // In half of the orders all ten pairs stand together; by chance alone one pair would.
  EXPECT_GT(together, 40U * 4);
}

TEST(ReplicateOrder, DoesNotMixIonModesInAPack) {
  const std::vector<Example> examples = {example(0, 100, 1), example(0, 98, -1), example(0, 100, 1),
                                         example(0, 98, -1)};
  for (std::uint64_t seed = 0; seed < 10; ++seed) {
    const auto order = order_of(examples, {4, 1}, seed);
    EXPECT_EQ(examples[order[0]].ion_mode, examples[order[1]].ion_mode);
    EXPECT_EQ(examples[order[2]].ion_mode, examples[order[3]].ion_mode);
  }
}

TEST(ReplicateOrder, OfNothingIsEmpty) {
  EXPECT_TRUE(order_of({}, {4, 8}, 1).empty());
}

}  // namespace
}  // namespace specbridge
