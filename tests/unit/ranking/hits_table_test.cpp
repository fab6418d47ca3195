#include "ranking/hits_table.h"

#include <gtest/gtest.h>
#include <zlib.h>

#include <cmath>
#include <limits>

#include "support/support.h"

namespace specbridge {
namespace {

using test::message_of;
using test::TemporaryFolder;

/// The one row of a table with this header and these cells.
Hit row_of(const std::string& table) {
  const TemporaryFolder folder;
  HitsReader reader(folder.write("hits.tsv", table));
  const auto hit = reader.next();
  EXPECT_TRUE(hit.has_value());
  EXPECT_FALSE(reader.next().has_value());
  return hit.value_or(Hit{});
}

/// What reading a table to its end says, without the folder.
std::string complaint(const std::string& table) {
  const TemporaryFolder folder;
  const auto path = folder.write("hits.tsv", table);
  std::string message = message_of([&] {
    HitsReader reader(path);
    while (reader.next()) {
    }
  });
  return message.starts_with(path.string()) ? "hits.tsv" + message.substr(path.string().size())
                                            : message;
}

TEST(HitsTable, HasTheColumnsInTheAgreedOrder) {
  EXPECT_EQ(hits_header(),
            "query_id\tquery_index\trank\tscore\tlibrary_id\tsmiles\tinchikey14\tformula\t"
            "exact_mass\tmass_error_ppm\tadduct\tprecursor_mz\tcandidates\tstatus\tmessage\t"
            "margin\tretention_time\tpeaks_used\n");
}

TEST(HitsTable, HasFurtherColumnsWhereTheyApply) {
  const HitsLayout layout{{"cosine", "other"}, true};
  const std::string header = hits_header(layout);
  EXPECT_EQ(header.substr(header.find("\tmargin")),
            "\tmargin\tevidence.cosine\tevidence.other\tfile\tretention_time\tpeaks_used\n");
  Hit hit;
  hit.query_id = "q";
  hit.margin = 0.25F;
  hit.evidence = {0.5F, std::numeric_limits<float>::quiet_NaN()};
  hit.file = "a\tb.mgf";
  hit.retention_time = 312.0000001;
  hit.peaks_used = 7;
  const std::string line = to_line(hit, layout);
  EXPECT_EQ(line.substr(line.find("ok")), "ok\t\t0.25\t0.5\t\ta b.mgf\t312.000\t7\n");
}

TEST(HitsTable, OfTheFirstProgramsIsStillRead) {
  const Hit hit = row_of(
      "query_id\tquery_index\trank\tscore\tlibrary_id\tsmiles\tinchikey14\tformula\texact_mass\t"
      "mass_error_ppm\tadduct\tprecursor_mz\tcandidates\tstatus\tmessage\n"
      "q\t0\t1\t0.5\t\tCCO\tLFQSCWFLJHTTHZ\tC2H6O\t46.041865\t\t\t\t3\tok\t\n");
  EXPECT_EQ(hit.score, 0.5);
  EXPECT_EQ(hit.candidates, 3U);
}

TEST(HitsTable, WhatOthersCallFileOrRetentionTimeIsPassedOver) {
  const Hit hit = row_of(
      "query_index\tsmiles\tscore\tfile\tretention_time\tmargin\n0\tCCO\t1\tx\t5.2 min\tnone\n");
  EXPECT_EQ(hit.smiles, "CCO");
}

TEST(HitsTable, WritesARow) {
  Hit hit;
  hit.query_id = "scan 7";
  hit.query_index = 6;
  hit.rank = 1;
  hit.score = 0.1F;
  hit.library_id = "702";
  hit.smiles = "CCO";
  hit.inchikey14 = "LFQSCWFLJHTTHZ";
  hit.formula = "C2H6O";
  hit.exact_mass = 46.041864812;
  hit.mass_error_ppm = -1.25;
  hit.adduct = "[M+H]+";
  hit.precursor_mz = 47.0491;
  hit.candidates = 12;
  EXPECT_EQ(
      to_line(hit),
      "scan 7\t6\t1\t0.1\t702\tCCO\tLFQSCWFLJHTTHZ\tC2H6O\t46.041865\t-1.250\t[M+H]+\t47.0491\t"
      "12\tok\t\t\t\t\n");
}

TEST(HitsTable, LeavesAbsentValuesEmpty) {
  Hit hit;
  hit.query_id = "q";
  hit.status = Status::no_precursor;
  hit.message = "the record has no precursor m/z";
  EXPECT_EQ(to_line(hit),
            "q\t0\t\t\t\t\t\t\t\t\t\t\t\tno_precursor\tthe record has no precursor m/z\t\t\t\n");
}

TEST(HitsTable, KeepsEveryTextInItsCell) {
  Hit hit;
  hit.query_id = "a\tb\r\nc";
  EXPECT_EQ(to_line(hit).substr(0, 8), "a b  c\t0");
}

TEST(HitsTable, ReadsBackWhatItWrote) {
  Hit hit;
  hit.query_id = "q";
  hit.query_index = 3;
  hit.rank = 2;
  hit.score = 0.30000001192092896;  // the float32 next to 0.3
  hit.smiles = "CCO";
  hit.candidates = 9;
  EXPECT_EQ(to_line(row_of(hits_header() + to_line(hit))), to_line(hit));
}

TEST(HitsReader, FindsColumnsByNameInAnyOrder) {
  const Hit hit = row_of("score\textra\tsmiles\tquery_id\n0.5\tx\tCCO\tspectrum 1\n");
  EXPECT_EQ(hit.query_id, "spectrum 1");
  EXPECT_EQ(hit.smiles, "CCO");
  EXPECT_EQ(hit.score, 0.5);
  EXPECT_EQ(hit.status, Status::ok);
  EXPECT_FALSE(hit.rank);
}

TEST(HitsReader, TellsWhichColumnsThereAre) {
  const TemporaryFolder folder;
  const HitsReader reader(folder.write("hits.tsv", "query_index\tinchikey14\trank\tstatus\n"));
  EXPECT_TRUE(reader.columns().query_index);
  EXPECT_TRUE(reader.columns().inchikey14);
  EXPECT_TRUE(reader.columns().rank);
  EXPECT_TRUE(reader.columns().status);
  EXPECT_FALSE(reader.columns().query_id);
  EXPECT_FALSE(reader.columns().smiles);
  EXPECT_FALSE(reader.columns().score);
  EXPECT_FALSE(reader.columns().candidates);
}

TEST(HitsReader, AcceptsWindowsLineEndsBlankLinesAndAByteOrderMark) {
  const Hit hit = row_of("\xef\xbb\xbfquery_index\tsmiles\trank\r\n\r\n4\tCCO\t2\r\n\r\n");
  EXPECT_EQ(hit.query_index, 4U);
  EXPECT_EQ(hit.rank, 2U);
}

TEST(HitsReader, ReadsCompressedTables) {
  const TemporaryFolder folder;
  const auto path = folder / "hits.tsv.gz";
  gzFile file = gzopen(path.c_str(), "wb");
  gzputs(file, "query_index\tsmiles\tscore\n1\tCCO\t0.25\n");
  gzclose(file);
  HitsReader reader(path);
  EXPECT_EQ(reader.next()->score, 0.25);
  EXPECT_EQ(reader.line(), 2U);
}

TEST(HitsReader, KeepsScoresApartThatAreOneFloat) {
  EXPECT_NE(row_of("query_index\tsmiles\tscore\n0\tC\t0.1234567891\n").score,
            row_of("query_index\tsmiles\tscore\n0\tC\t0.1234567892\n").score);
}

TEST(HitsReader, ReadsScoresThatAreNoNumbers) {
  EXPECT_TRUE(std::isnan(*row_of("query_index\tsmiles\tscore\n0\tC\tnan\n").score));
  EXPECT_EQ(row_of("query_index\tsmiles\tscore\n0\tC\t-inf\n").score,
            -std::numeric_limits<double>::infinity());
}

TEST(HitsReader, ReadsScoresBeyondTheRangeOfNumbers) {
  EXPECT_EQ(row_of("query_index\tsmiles\tscore\n0\tC\t-1e400\n").score,
            -std::numeric_limits<double>::infinity());
  EXPECT_EQ(row_of("query_index\tsmiles\tscore\n0\tC\t1e-400\n").score, 0.0);
}

TEST(HitsReader, AcceptsWholeNumbersWrittenWithAPoint) {
  EXPECT_EQ(row_of("query_index\tsmiles\trank\n0\tC\t3.0\n").rank, 3U);
}

TEST(HitsReader, CutsAWholeInChIKeyToItsFirstBlock) {
  EXPECT_EQ(row_of("query_index\tinchikey14\trank\n0\tLFQSCWFLJHTTHZ-UHFFFAOYSA-N\t1\n").inchikey14,
            "LFQSCWFLJHTTHZ");
}

TEST(HitsReader, NamesTheColumnsThatLack) {
  EXPECT_EQ(complaint("name\tsmiles\tscore\n"),
            "hits.tsv:1: no column query_index or query_id; found \"name smiles score\"; a hits "
            "table has query_index or query_id, smiles or inchikey14, and score or rank, separated "
            "by tabs");
  EXPECT_EQ(
      complaint("query_id,smiles,score\n"),
      "hits.tsv:1: no column query_index or query_id, and no column smiles or inchikey14, and "
      "no column score or rank; found \"query_id,smiles,score\"; a hits table has query_index "
      "or query_id, smiles or inchikey14, and score or rank, separated by tabs");
}

TEST(HitsReader, RefusesAnEmptyFile) {
  EXPECT_EQ(complaint(""), "hits.tsv: empty; a line with the names of columns is expected");
}

TEST(HitsReader, RefusesTwoColumnsOfOneName) {
  EXPECT_EQ(complaint("query_id\tscore\tsmiles\tscore\n"),
            "hits.tsv:1: two columns are called \"score\"");
}

TEST(HitsReader, RefusesNumbersThatAreNone) {
  EXPECT_EQ(complaint("query_index\tsmiles\tscore\n0\tC\t0.5\n0\tCC\thigh\n"),
            "hits.tsv:3: score is not a number: \"high\"");
  EXPECT_EQ(complaint("query_index\tsmiles\tscore\n-1\tC\t0.5\n"),
            "hits.tsv:2: query_index is not a whole number, 0 or more: \"-1\"");
  EXPECT_EQ(complaint("query_index\tsmiles\trank\n0\tC\t1.5\n"),
            "hits.tsv:2: rank is not a whole number, 0 or more: \"1.5\"");
}

TEST(HitsReader, RefusesRowsOfAnotherWidth) {
  EXPECT_EQ(complaint("query_index\tsmiles\tscore\n0\tC\n"),
            "hits.tsv:2: 2 columns, but the header has 3");
}

TEST(HitsReader, RefusesARowWithoutAQuery) {
  EXPECT_EQ(complaint("query_index\tsmiles\tscore\n\tC\t1\n"), "hits.tsv:2: query_index is empty");
  EXPECT_EQ(complaint("query_id\tsmiles\tscore\n\tC\t1\n"), "hits.tsv:2: query_id is empty");
}

TEST(HitsReader, RefusesAKeyThatIsNone) {
  EXPECT_EQ(complaint("query_index\tinchikey14\tscore\n0\tlfqs\t1\n"),
            "hits.tsv:2: inchikey14 is not the first block of an InChIKey (14 capital letters): "
            "\"lfqs\"");
}

TEST(HitsReader, RefusesAMissingFile) {
  EXPECT_EQ(message_of([] { HitsReader("/nowhere/hits.tsv"); }),
            "/nowhere/hits.tsv: cannot be read (No such file or directory)");
}

}  // namespace
}  // namespace specbridge
