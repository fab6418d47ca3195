#include "specbridge/hits_format.h"

#include <gtest/gtest.h>

#include "support/support.h"

namespace specbridge {
namespace {

TEST(HitsFormat, IsPromisedByTheEndingOfAName) {
  EXPECT_EQ(format_by_ending("out/hits.CSV"), HitsFormat::csv);
  EXPECT_EQ(format_by_ending("hits.jsonl"), HitsFormat::jsonl);
  EXPECT_EQ(format_by_ending("hits.mzTab"), HitsFormat::mztab_m);
  EXPECT_EQ(format_by_ending("hits.tsv"), HitsFormat::tsv);
  for (const char* name : {"hits", "-", "hits.txt", "csv", ".csv", "hits.csv.gz"}) {
    EXPECT_FALSE(format_by_ending(name)) << name;
  }
}

TEST(HitsFormat, NamesComeBack) {
  for (const auto format :
       {HitsFormat::tsv, HitsFormat::csv, HitsFormat::jsonl, HitsFormat::mztab_m}) {
    EXPECT_EQ(parse_hits_format(to_string(format)), format);
  }
  EXPECT_EQ(test::message_of([] { parse_hits_format("xml"); }),
            "--format: found \"xml\", expected tsv, csv, jsonl or mztab-m");
}

}  // namespace
}  // namespace specbridge
