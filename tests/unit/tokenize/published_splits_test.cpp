#include "tokenize/published_splits.h"

#include <gtest/gtest.h>

namespace specbridge {
namespace {

using Pieces = std::vector<std::string>;

TEST(Llama3Split, PutsOneMarkOrBlankInFrontOfAWord) {
  EXPECT_EQ(llama3_pieces("base_peak@93,max_peak@1066"),
            (Pieces{"base", "_peak", "@", "93", ",max", "_peak", "@", "106", "6"}));
  EXPECT_EQ(llama3_pieces(":  Key Peaks: "), (Pieces{":", " ", " Key", " Peaks", ":", " "}));
}

TEST(Llama3Split, FindsContractionsOfAnyCase) {
  EXPECT_EQ(llama3_pieces("it's IT'S we'LL"), (Pieces{"it", "'s", " IT", "'S", " we", "'LL"}));
  EXPECT_EQ(llama3_pieces("'\u017fx"), (Pieces{"'\u017f", "x"}));  // the long s
  EXPECT_EQ(llama3_pieces("'x"), (Pieces{"'x"}));
}

TEST(Llama3Split, CutsDigitsOfEveryScriptByThree) {
  EXPECT_EQ(llama3_pieces("1234567"), (Pieces{"123", "456", "7"}));
  EXPECT_EQ(llama3_pieces(" 12"), (Pieces{" ", "12"}));
  EXPECT_EQ(llama3_pieces("\u0661\u0662\u0663\u0664"), (Pieces{"\u0661\u0662\u0663", "\u0664"}));
}

TEST(Llama3Split, KeepsLineEndsWithWhatStandsBeforeThem) {
  EXPECT_EQ(llama3_pieces("a!\r\n\nb"), (Pieces{"a", "!\r\n\n", "b"}));
  EXPECT_EQ(llama3_pieces("a \n \n  b"), (Pieces{"a", " \n \n", " ", " b"}));
  EXPECT_EQ(llama3_pieces("\nb"), (Pieces{"\n", "b"}));
  EXPECT_EQ(llama3_pieces("a  "), (Pieces{"a", "  "}));
}

TEST(PublishedSplits, KnowThePatternsThatAreWrittenAsPublished) {
  EXPECT_EQ(find_published_split(
                R"('s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+)"),
            &gpt2_pieces);
  EXPECT_EQ(find_published_split(R"(\p{L}+)"), nullptr);
  EXPECT_EQ(gpt2_pieces("it's 1234 x"), (Pieces{"it", "'s", " 1234", " x"}));
}

}  // namespace
}  // namespace specbridge
