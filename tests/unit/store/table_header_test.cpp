#include "store/table_header.h"

#include <gtest/gtest.h>

#include "store/line_reader.h"

namespace specbridge {
namespace {

TEST(TableHeader, IsSeparatedByWhatMakesMostColumns) {
  EXPECT_EQ(separator_of("a\tb,c\td"), '\t');
  EXPECT_EQ(separator_of("a;b,c;d"), ';');
  EXPECT_EQ(separator_of("\"a;b;c\",d"), ',');
  EXPECT_EQ(separator_of("one"), '\t');
}

TEST(TableHeader, IsTheFirstLineThatIsNotBlank) {
  TableLines lines(LineReader(std::string("\n  \nQuery_ID;#Scan#\n1;2\n"), "table"));
  const auto header = read_table_header(lines);
  ASSERT_TRUE(header);
  EXPECT_EQ(header->line, 3U);
  EXPECT_EQ(header->places_of("queryid"), std::vector<std::size_t>{0});
  EXPECT_EQ(header->places_of("scan"), std::vector<std::size_t>{1});
  EXPECT_TRUE(header->places_of("smiles").empty());
  EXPECT_EQ(lines.next()->text, "1;2");
}

TEST(TableHeader, IsNotThereInAnEmptyTable) {
  TableLines lines(LineReader(std::string("\n \n"), "table"));
  EXPECT_FALSE(read_table_header(lines));
}

TEST(ValueOfCell, IsEmptyWhereTheValueIsMissing) {
  EXPECT_EQ(value_of_cell(" n/a "), "");
  EXPECT_EQ(value_of_cell(" NA "), "NA");
}

}  // namespace
}  // namespace specbridge
