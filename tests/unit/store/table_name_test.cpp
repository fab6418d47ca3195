#include <gtest/gtest.h>

#include "store/output_table.h"
#include "support/support.h"

namespace specbridge {
namespace {

using test::message_of;

TEST(TableName, OfASpreadsheetIsRefusedWithTheNameToUse) {
  EXPECT_EQ(message_of([] { check_table_name("out/hits.xlsx"); }),
            "out/hits.xlsx: a table separated by tabs is written, no .xlsx file; name it hits.tsv, "
            "spreadsheets open it");
  EXPECT_NE(message_of([] { check_table_name("hits.ODS"); }), "");
}

TEST(TableName, OfACompressedOrBinaryFileIsRefused) {
  EXPECT_EQ(message_of([] { check_table_name("hits.tsv.gz"); }),
            "hits.tsv.gz: a table separated by tabs is written, no .gz file; name it hits.tsv, "
            "compress it afterwards");
  EXPECT_EQ(message_of([] { check_table_name("hits.parquet"); }),
            "hits.parquet: a table separated by tabs is written, no .parquet file; name it "
            "hits.tsv, convert it afterwards");
}

TEST(TableName, OfAnotherKindIsToldWithItsEnding) {
  EXPECT_EQ(message_of([] {
              check_table_name("hits.csv.gz", {"a table separated by commas is written", ".csv"});
            }),
            "hits.csv.gz: a table separated by commas is written, no .gz file; name it hits.csv, "
            "compress it afterwards");
}

TEST(TableName, OfTextIsTaken) {
  for (const char* name : {"-", "hits", "hits.tsv", "hits.txt", "hits.2026-11-28", "/dev/stdout"}) {
    EXPECT_EQ(message_of([&] { check_table_name(name); }), "") << name;
  }
}

}  // namespace
}  // namespace specbridge
