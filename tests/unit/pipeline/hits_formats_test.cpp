// How values are written in the formats of hits.

#include <gtest/gtest.h>

#include "base/text.h"
#include "pipeline/rows/answered_query.h"
#include "pipeline/rows/mztab_cells.h"
#include "pipeline/rows/separated_writers.h"
#include "ranking/hits_table.h"
#include "support/support.h"

namespace specbridge {
namespace {

TEST(CsvCell, IsInQuotesWhereRfc4180AsksForThem) {
  EXPECT_EQ(csv_cell("plain; text"), "plain; text");
  EXPECT_EQ(csv_cell("a,b"), "\"a,b\"");
  EXPECT_EQ(csv_cell("5\" tube"), "\"5\"\" tube\"");
  EXPECT_EQ(csv_cell("a\nb"), "\"a\nb\"");
  EXPECT_EQ(csv_cell(""), "");
}

TEST(MztabCells, HaveNullForWhatIsMissing) {
  EXPECT_EQ(mztab_text(""), "null");
  EXPECT_EQ(mztab_member("a|b"), "a/b");
  EXPECT_EQ(mztab_decimal(""), "null");
}

TEST(MztabCells, NumbersHaveNoExponentAndReadBackToTheSame) {
  EXPECT_EQ(mztab_decimal("0.25"), "0.25");
  EXPECT_EQ(mztab_decimal("1e-05"), "0.00001");
  EXPECT_EQ(mztab_decimal("-2.5E+7"), "-25000000");
  EXPECT_EQ(parse_number(mztab_decimal("2.5e-300")), 2.5e-300);
}

TEST(MztabCells, AdductsHaveTheirChargeBehindThem) {
  for (const auto& [name, written] :
       std::vector<std::pair<std::string, std::string>>{{"[M+H]+", "[M+H]1+"},
                                                        {"[M-H]-", "[M-H]1-"},
                                                        {"[M+2H]2+", "[M+2H]2+"},
                                                        {"[2M+Na]+", "[2M+Na]1+"},
                                                        {"[M]+", "[M]1+"},
                                                        {"[M-H2O+H]+", "[M-H2O+H]1+"}}) {
    EXPECT_EQ(mztab_adduct(parse_adduct(name)), written);
  }
  EXPECT_EQ(mztab_adduct({}), "null");
  EXPECT_EQ(mztab_adduct(Adduct{"[M+(H)]+", 1, 1, 1.0}), "null");
  EXPECT_EQ(mztab_adduct(Adduct{"[M+]+", 1, 1, 1.0}), "null");
  EXPECT_EQ(mztab_adduct(Adduct{"[Cat]+", 1, 1, 0.0}), "null");
}

TEST(MztabCells, ParametersQuoteTheirOwnSigns) {
  EXPECT_EQ(mztab_param({"MS:1000511", "ms level", "2"}), "[MS, MS:1000511, ms level, 2]");
  EXPECT_EQ(mztab_param({"", "a, \"b\""}), "[, , \"a, 'b'\", ]");
}

TEST(MztabCells, PathsAreUris) {
  EXPECT_EQ(file_uri("/data/run 1#%.mgf"), "file:///data/run%201%23%25.mgf");
  EXPECT_EQ(file_uri("/data/./a/../\xc3\xa4.mgf"), "file:///data/%C3%A4.mgf");
  EXPECT_EQ(file_uri("-"), "null");
}

TEST(QueryFacts, ComeBackFromTheirLine) {
  QueryFacts facts;
  facts.place = {3, 41};
  facts.charge = -2;
  facts.polarity = -1;
  facts.feature_id = "17";
  facts.native_id = "scan=5 x=1";
  const QueryFacts back = read_facts(line_of(facts));
  EXPECT_EQ(line_of(back), line_of(facts));
  EXPECT_EQ(back.place.record, 41U);
  EXPECT_EQ(back.native_id, "scan=5 x=1");
}

TEST(QueryFacts, TakeTheChargeOfTheIonAndFitInALine) {
  Query query;
  query.spectrum.feature_id = "a\tb";
  query.spectrum.charge = 2;
  EXPECT_EQ(facts_of(query).charge, 2);
  query.ion.adduct = parse_adduct("[M-H]-");
  EXPECT_EQ(facts_of(query).charge, -1);
  EXPECT_EQ(facts_of(query).polarity, -1);
  EXPECT_EQ(facts_of(query).feature_id, "a b");
}

TEST(ColumnPlaces, FindCellsByTheNamesOfColumns) {
  const ColumnPlaces places(HitsLayout{.further = {"CAS"}});
  Hit hit;
  hit.query_id = "q";
  hit.further = {"50-00-0"};
  const AnsweredQuery query{{}, to_line(hit, {.further = {"CAS"}})};
  const auto rows = cells_of(query);
  ASSERT_EQ(rows.size(), 1U);
  EXPECT_EQ(places.cell(rows[0], "query_id"), "q");
  EXPECT_EQ(places.cell(rows[0], "keep.CAS"), "50-00-0");
  EXPECT_EQ(places.cell(rows[0], "probability"), "");
  EXPECT_FALSE(places.has("probability"));
}

}  // namespace
}  // namespace specbridge
