#include "fragments/isomer_list.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "support/support.h"
#include "unit/fragments/molecules.h"

namespace specbridge {
namespace {

using test::molecule;

using testing::ElementsAre;
using testing::IsEmpty;
using testing::UnorderedElementsAre;

std::vector<std::string> spellings(const Decoys& decoys) {
  std::vector<std::string> texts;
  for (const auto& decoy : decoys) texts.push_back(decoy.smiles());
  return texts;
}

ListedIsomers listed(const std::string& table, const std::vector<Molecule>& molecules,
                     std::size_t most = 32) {
  const test::TemporaryFolder folder;
  return isomers_in({folder.write("list.smi", table)}, molecules, most, 1, {});
}

const std::vector<Molecule> kListed = {molecule("CCCO"), molecule("CCO"), molecule("CCCCCC")};

TEST(ListedIsomers, AreOfTheFormulaAndNotTheMolecule) {
  const auto found = listed("CCCO\nCC(C)O\nCCOC\nCOC\nCCN\nCCO\nOCC\n", kListed);
  ASSERT_EQ(found.of.size(), 3U);
  EXPECT_THAT(spellings(found.of[0]), UnorderedElementsAre("CC(C)O", "CCOC"));
  EXPECT_THAT(spellings(found.of[1]), ElementsAre("COC"));
  EXPECT_THAT(found.of[2], IsEmpty());
}

TEST(ListedIsomers, DoNotDependOnTheOrderOfTheList) {
  std::vector<std::string> rows = {"CCCCCC", "CC(C)CCC", "CCC(C)CC", "CC(C)C(C)C", "CC(C)(C)CC"};
  const auto text = [&] {
    std::string table;
    for (const auto& row : rows) table += row + "\n";
    return table;
  };
  const auto forwards = spellings(listed(text(), kListed, 2).of[2]);
  std::ranges::reverse(rows);
  EXPECT_EQ(spellings(listed(text(), kListed, 2).of[2]), forwards);
  EXPECT_EQ(forwards.size(), 2U);
}

TEST(ListedIsomers, CountSpellingsOfOneKeyOnce) {
  EXPECT_EQ(spellings(listed("COC\nC-O-C\nO(C)C\n", kListed).of[1]).size(), 1U);
}

TEST(MadeIsomers, FillUpWhatListsLack) {
  const auto found = listed("CC(C)O\nCOC\nCC(C)CCCC\nCCC(C)CCC\nCC(C)C(C)CC\n", kListed);
  const std::vector<std::size_t> wanted = {0, 2};
  const auto made = made_isomers(kListed, wanted, found, 2, 1, {});
  EXPECT_THAT(spellings(made[0]), ElementsAre("CCOC"));  // the only other one
  EXPECT_THAT(made[1], IsEmpty());                       // not wanted
  EXPECT_EQ(made[2].size(), 2U);
}

TEST(MadeIsomers, AreTheSameOnAnyNumberOfThreads) {
  const auto found = listed("CC(C)O\n", kListed);
  const std::vector<std::size_t> wanted = {0, 1, 2};
  RunContext two;
  two.threads = 2;
  const auto one = made_isomers(kListed, wanted, found, 4, 7, {});
  const auto other = made_isomers(kListed, wanted, found, 4, 7, two);
  for (const std::size_t i : wanted) EXPECT_EQ(spellings(one[i]), spellings(other[i]));
}

}  // namespace
}  // namespace specbridge
