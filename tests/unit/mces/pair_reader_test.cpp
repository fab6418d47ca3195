#include "mces/pair_reader.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/support.h"

namespace specbridge {
namespace {

using testing::ElementsAre;
using testing::Pair;

std::vector<std::pair<std::string, std::string>> pairs_of(const std::string& text) {
  const test::TemporaryFolder folder;
  PairReader reader(folder.write("pairs", text));
  std::vector<std::pair<std::string, std::string>> pairs;
  for (const auto& row : reader.next(100)) {
    EXPECT_EQ(row.problem, "");
    pairs.emplace_back(row.first, row.second);
  }
  return pairs;
}

std::string problem_of(const std::string& text) {
  const test::TemporaryFolder folder;
  PairReader reader(folder.write("pairs", text));
  return reader.next(1).at(0).problem;
}

TEST(PairReader, ReadsLinesOfTabsSemicolonsOrCommas) {
  EXPECT_THAT(pairs_of("C\tCC\nO;OC\n\nN,NC\n"),
              ElementsAre(Pair("C", "CC"), Pair("O", "OC"), Pair("N", "NC")));
}

TEST(PairReader, TakesTheTabWhereExtensionsHoldCommas) {
  EXPECT_THAT(pairs_of("C=CC=C |c:0,2|\tCC\textra\n"), ElementsAre(Pair("C=CC=C |c:0,2|", "CC")));
}

TEST(PairReader, FindsTheColumnsThatTheHeaderNames) {
  EXPECT_THAT(pairs_of("index,exact,smiles1,smiles2\n0,14,C,CC\n"), ElementsAre(Pair("C", "CC")));
  EXPECT_THAT(pairs_of("Query SMILES;score;Hit SMILES\nC;0.5;\"C C\"\n"),
              ElementsAre(Pair("C", "C C")));
  EXPECT_THAT(pairs_of("id\tsmiles1\tname_smiles\tsmiles2\n1\tC\tx\tCC\n"),
              ElementsAre(Pair("C", "CC")));
}

TEST(PairReader, SaysWhatIsWrongWithARow) {
  EXPECT_EQ(problem_of("C\n"), "one SMILES; expected two, separated by a tab, semicolon or comma");
  EXPECT_EQ(problem_of("a,smiles1,smiles2\n1,C\n"), "2 columns, but the header has 3");
  EXPECT_EQ(problem_of("smiles1,smiles2\nN,N,N,C\n"), "4 columns, but the header has 2");
  EXPECT_EQ(problem_of("\"C,CC\n"), "a quoted value does not end; expected a closing '\"'");
}

TEST(PairReader, RefusesAHeaderThatDoesNotNameTwoColumns) {
  const test::TemporaryFolder folder;
  const auto path = folder.write("pairs", "id,smiles\n1,C\n");
  EXPECT_EQ(test::message_of([&] { PairReader reader(path); }),
            path.string() +
                ":1: 1 column of SMILES in \"id, smiles\"; expected two, called smiles1 "
                "and smiles2");
}

}  // namespace
}  // namespace specbridge
