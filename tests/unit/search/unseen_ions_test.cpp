#include "search/unseen_ions.h"

#include <gtest/gtest.h>

#include "support/warnings.h"

namespace specbridge {
namespace {

using Counts = std::map<std::string, std::size_t>;

std::string message(const Counts& trained, std::string_view adduct) {
  return UnseenIons(trained).message(parse_adduct(adduct));
}

TEST(UnseenIons, AnAdductOfTheTrainingIsNotWorthAWord) {
  EXPECT_EQ(message({{"[M+H]+", 2}, {"[M-H]-", 1}}, "[M-H]-"), "");
}

TEST(UnseenIons, ASynonymOfAnAdductOfTheTrainingIsTheSameIon) {
  EXPECT_EQ(message({{"[M+H]+", 2}}, "M+H"), "");
}

TEST(UnseenIons, AnotherAdductOfTheSameIonModeIsNamed) {
  EXPECT_EQ(message({{"[M+H]+", 2}}, "[M+K]+"), "the model was not trained on [M+K]+");
}

TEST(UnseenIons, TheOtherIonModeIsNamed) {
  EXPECT_EQ(message({{"[M+H]+", 2}}, "[M-H]-"), "the model was trained on positive ions only");
  EXPECT_EQ(message({{"[M-H]-", 2}}, "[M+H]+"), "the model was trained on negative ions only");
}

TEST(UnseenIons, NothingIsSaidWhereNothingIsKnown) {
  EXPECT_EQ(message({}, "[M+K]+"), "");
  EXPECT_EQ(message({{"[M+H]+", 2}}, "[M+Zz]+"), "");
}

TEST(UnseenIons, OneWarningNamesTheMostFrequentFirst) {
  const Counts trained = {{"[M+H]+", 2}};
  UnseenIons unseen(trained);
  for (const char* adduct : {"[M+H]+", "[M-H]-", "[M+K]+", "[M+K]+"}) {
    unseen.count(parse_adduct(adduct));
  }
  EXPECT_EQ(unseen.counts(), (Counts{{"[M+K]+", 2}, {"[M-H]-", 1}}));
  test::Warnings warnings;
  RunContext context;
  context.reporter = &warnings;
  unseen.warn(4, context);
  EXPECT_EQ(warnings.texts,
            (std::vector<std::string>{
                "3 of 4 spectra are of adducts that the model was not trained on ([M+K]+ "
                "2, [M-H]- 1); their ranks are less sure"}));
}

TEST(UnseenIons, NoWarningWithoutThem) {
  const Counts trained = {{"[M+H]+", 2}};
  UnseenIons unseen(trained);
  unseen.count(parse_adduct("[M+H]+"));
  test::Warnings warnings;
  RunContext context;
  context.reporter = &warnings;
  unseen.warn(1, context);
  EXPECT_TRUE(warnings.texts.empty());
}

}  // namespace
}  // namespace specbridge
