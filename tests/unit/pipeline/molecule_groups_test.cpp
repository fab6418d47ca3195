#include "pipeline/benchmark/molecule_groups.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "specbridge/error.h"
#include "specbridge/split.h"
#include "support/support.h"
#include "unit/search/samples.h"

namespace specbridge {
namespace {

using test::message_of;

/// Deals spectra with one key each; {key: part}.
std::map<std::string, std::size_t> dealt(const std::vector<std::string>& spectra,
                                         const std::vector<double>& shares, std::uint64_t seed) {
  MoleculeGroups groups;
  std::vector<std::size_t> numbers;
  for (const auto& key : spectra) numbers.push_back(groups.add(std::vector{key}));
  const auto part_of = groups.deal(shares, seed);
  std::map<std::string, std::size_t> parts;
  for (std::size_t i = 0; i < spectra.size(); ++i) parts[spectra[i]] = part_of[numbers[i]];
  return parts;
}

std::vector<std::string> many_keys() {
  std::vector<std::string> keys;
  for (int i = 0; i < 200; ++i) {
    for (int spectrum = 0; spectrum <= i % 7; ++spectrum) keys.push_back("C" + std::to_string(i));
  }
  return keys;
}

TEST(MoleculeGroups, DoNotDependOnTheOrderOfSpectra) {
  auto keys = many_keys();
  const auto first = dealt(keys, {8, 1, 1}, 3);
  std::ranges::reverse(keys);
  EXPECT_EQ(dealt(keys, {8, 1, 1}, 3), first);
  EXPECT_NE(dealt(keys, {8, 1, 1}, 4), first);
  EXPECT_EQ(dealt(keys, {80, 10, 10}, 3), first);
}

TEST(MoleculeGroups, GivePartsTheirShareOfSpectraUpToAGroup) {
  const auto keys = many_keys();
  const auto parts = dealt(keys, {2, 1, 1}, 1);
  std::vector<double> spectra(3);
  for (const auto& key : keys) ++spectra[parts.at(key)];
  const auto all = static_cast<double>(keys.size());
  EXPECT_NEAR(spectra[0], all / 2, 7);
  EXPECT_NEAR(spectra[1], all / 4, 7);
  EXPECT_NEAR(spectra[2], all / 4, 7);
}

TEST(MoleculeGroups, AreJoinedByWhatTheyHaveInCommonHoweverLate) {
  for (std::uint64_t seed = 0; seed < 20; ++seed) {
    MoleculeGroups groups;
    const auto a = groups.add(std::vector<std::string>{"F1", "S1"});
    const auto b = groups.add(std::vector<std::string>{"F2", "S2"});
    const auto c = groups.add(std::vector<std::string>{"F3", "S3"});
    groups.add(std::vector<std::string>{"F2", "S1"});
    EXPECT_EQ(groups.groups(), 2U);
    const auto part_of = groups.deal(std::vector<double>{1, 1}, seed);
    EXPECT_EQ(part_of[a], part_of[b]);
    EXPECT_LE(part_of[c], 1U);
  }
}

TEST(MoleculeGroups, PartFormulasWithoutTheirCharge) {
  EXPECT_EQ(parted_formula(test::molecule("C[N+](C)(C)CCO")), "C5H14NO");
  EXPECT_EQ(parted_formula(test::molecule("CCO")), "C2H6O");
}

TEST(Shares, AreNumbersBetweenColons) {
  EXPECT_EQ(parse_shares("8:1:1"), (std::vector<double>{8, 1, 1}));
  EXPECT_EQ(parse_shares("0.5 : 0.5"), (std::vector<double>{0.5, 0.5}));
  for (const char* text : {"", "8", "8:1:", "8:-1", "8:0", "8:nan", "8:inf", "a:b", "8/1/1"}) {
    EXPECT_EQ(message_of([&] { parse_shares(text); }),
              "--parts: found \"" + std::string(text) +
                  "\", expected 2 to 100 positive numbers with colons between them, as in 8:1:1");
  }
}

}  // namespace
}  // namespace specbridge
