#include "store/separated_rows.h"
#include "store/line_reader.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace specbridge {
namespace {

using testing::ElementsAre;

TableLines table_lines_of(const std::string& text) {
  return TableLines(LineReader(text, "table"));
}

TEST(SeparatedRows, QuotesMayHoldSeparatorsQuotesAndLineBreaks) {
  auto lines = table_lines_of("a,\"b,\"\"c\"\"\nd\",e\n\nf,g,h\n");
  const auto first = next_row(lines, ',').value();
  EXPECT_THAT(first.cells.values, ElementsAre("a", "b,\"c\"\nd", "e"));
  EXPECT_EQ(first.line, 1U);
  const auto second = next_row(lines, ',').value();
  EXPECT_THAT(second.cells.values, ElementsAre("f", "g", "h"));
  EXPECT_EQ(second.line, 4U);
  EXPECT_FALSE(next_row(lines, ',').has_value());
}

TEST(SeparatedRows, AQuoteWithinAValueIsALetter) {
  EXPECT_THAT(split_cells("2\"-O-methyl;x", ';').values, ElementsAre("2\"-O-methyl", "x"));
}

TEST(SeparatedRows, AStrayQuoteCostsOneRow) {
  auto lines = table_lines_of("\"a\tb\nc\td\n");
  EXPECT_TRUE(next_row(lines, '\t').value().cells.open);
  EXPECT_THAT(next_row(lines, '\t').value().cells.values, ElementsAre("c", "d"));
}

TEST(SeparatedRows, NamesAreComparedWithoutCaseBlanksAndDashes) {
  EXPECT_EQ(plain_name(" Feature_ID "), "featureid");
  EXPECT_EQ(plain_name("feature id"), plain_name("Feature-Id"));
}

}  // namespace
}  // namespace specbridge
