#include "decode/smiles_vocabulary.h"

#include <gtest/gtest.h>

#include <stdexcept>
#include <string>
#include <vector>

namespace specbridge {
namespace {

using Words = std::vector<std::string_view>;

TEST(SmilesVocabulary, WordsAreAtomsBondsBranchesAndRings) {
  EXPECT_EQ(smiles_words("C[C@@H](Cl)c1c[nH]cc%121=O"),
            (Words{"C", "[C@@H]", "(", "Cl", ")", "c", "1", "c", "[nH]", "c", "c", "%12", "1", "=",
                   "O"}));
}

TEST(SmilesVocabulary, WordsInARowAreTheTextWhateverItIs) {
  for (const std::string text : {"", "[", "[C", "%1", "%", "%%12", "BrClB]C[", "C\xC3\xA9N"}) {
    std::string joined;
    for (const auto word : smiles_words(text)) joined += word;
    EXPECT_EQ(joined, text);
  }
}

TEST(SmilesVocabulary, ATextComesBackFromItsTokens) {
  const SmilesVocabulary vocabulary({"<pad>", "<start>", "<end>", "C", "O", "(", ")", "[nH]"});
  const auto tokens = vocabulary.tokens("CC(O)[nH]");
  ASSERT_TRUE(tokens.has_value());
  EXPECT_EQ(*tokens, (std::vector<Token>{3, 3, 5, 4, 6, 7}));
  EXPECT_EQ(vocabulary.text(*tokens), "CC(O)[nH]");
  EXPECT_EQ(vocabulary.text(std::vector<Token>{1, 3, 2, 0}), "C");
}

TEST(SmilesVocabulary, AnUnknownWordGivesNoTokens) {
  const SmilesVocabulary vocabulary({"<start>", "<end>", "C"});
  EXPECT_FALSE(vocabulary.tokens("CN").has_value());
  EXPECT_FALSE(vocabulary.tokens("<end>").has_value());
}

TEST(SmilesVocabulary, WordsAreThereOnceAndMarkStartAndEnd) {
  EXPECT_THROW(SmilesVocabulary({"<start>", "<end>", "C", "C"}), std::invalid_argument);
  EXPECT_THROW(SmilesVocabulary({"<start>", "C"}), std::invalid_argument);
}

}  // namespace
}  // namespace specbridge
