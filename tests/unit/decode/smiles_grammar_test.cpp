#include "decode/smiles_grammar.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "base/random.h"

namespace specbridge {
namespace {

const std::vector<std::string> kShortList = {"<start>", "<end>", "C", "[nH]", "(",
                                             ")",       "=",     "1", "%12",  "."};
const SmilesVocabulary kShortVocabulary(kShortList);
const SmilesGrammar kGrammar(kShortVocabulary);

std::vector<std::string> may_follow(const std::string& so_far) {
  std::vector<float> logarithms(kShortList.size(), 0);
  kGrammar.limit(*kShortVocabulary.tokens(so_far), logarithms);
  std::vector<std::string> words;
  for (std::size_t i = 0; i < kShortList.size(); ++i) {
    if (logarithms[i] == 0) words.push_back(kShortList[i]);
  }
  return words;
}

using List = std::vector<std::string>;

TEST(SmilesGrammar, AMoleculeBeginsWithAnAtom) {
  EXPECT_EQ(may_follow(""), (List{"C", "[nH]"}));
}

TEST(SmilesGrammar, WhatIsOpenIsClosedBeforeTheEnd) {
  EXPECT_EQ(may_follow("C"), (List{"<end>", "C", "[nH]", "(", "=", "1", "%12"}));
  EXPECT_EQ(may_follow("C1C"), (List{"C", "[nH]", "(", "=", "1", "%12"}));
  EXPECT_EQ(may_follow("C(C"), (List{"C", "[nH]", "(", ")", "=", "1", "%12"}));
}

TEST(SmilesGrammar, AnAtomIsNotBoundToItself) {
  EXPECT_EQ(may_follow("C1"), (List{"C", "[nH]", "(", "=", "%12"}));
}

TEST(SmilesGrammar, ABranchHoldsSomethingAndABondLeadsSomewhere) {
  EXPECT_EQ(may_follow("C("), (List{"C", "[nH]", "="}));
  EXPECT_EQ(may_follow("C(="), (List{"C", "[nH]"}));
  EXPECT_EQ(may_follow("C="), (List{"C", "[nH]", "1", "%12"}));
}

TEST(SmilesGrammar, WalksThatKeepToItAreAcceptedWhereTheyMayEnd) {
  for (std::uint64_t seed = 0; seed < 500; ++seed) {
    Random random(seed);
    std::vector<Token> walk;
    for (int step = 0; step < 30; ++step) {
      std::vector<float> logarithms(kShortList.size(), 0);
      kGrammar.limit(walk, logarithms);
      EXPECT_EQ(kGrammar.accepts(walk), logarithms[1] == 0);
      std::vector<Token> choices;
      for (Token token = 2; token < kShortList.size(); ++token) {
        if (logarithms[token] == 0) choices.push_back(token);
      }
      ASSERT_FALSE(choices.empty());
      walk.push_back(choices[random.below(choices.size())]);
    }
  }
}

}  // namespace
}  // namespace specbridge
