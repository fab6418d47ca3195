#include "ranking/hits_reader.h"

#include <gtest/gtest.h>
#include <zlib.h>

#include <algorithm>
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

TEST(HitsReader, ReadsBackWhatHitsTableWrites) {
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
  EXPECT_TRUE(reader.columns().number);
  EXPECT_TRUE(reader.columns().rank);
  EXPECT_FALSE(reader.columns().name);
  EXPECT_FALSE(reader.columns().score);
  EXPECT_FALSE(reader.of_one_query());
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
  const std::string form =
      "a table of hits has query_index or query_id, smiles or inchikey14, and score or rank; "
      "rename a column";
  EXPECT_EQ(complaint("query_id\tsmiles\tquality\n"),
            "hits.tsv:1: no column score or rank; found \"query_id, smiles, quality\"; " + form);
  EXPECT_EQ(complaint("query_id;structure;value\n"),
            "hits.tsv:1: no column smiles or inchikey14, and no column score or rank; found "
            "\"query_id, structure, value\"; " +
                form);
}

TEST(HitsReader, SeparatesBySemicolonsAndCommasAndReadsQuotes) {
  const Hit hit = row_of("Query ID,SMILES,Score\n\"spectrum, no. 1\",CCO,0.5\n");
  EXPECT_EQ(hit.query_id, "spectrum, no. 1");
  EXPECT_EQ(hit.smiles, "CCO");
  EXPECT_EQ(hit.score, 0.5);
  EXPECT_EQ(row_of("query-id;smiles;RANK\nq;CCO;2\n").rank, 2U);
}

TEST(HitsReader, TakesAQuoteOfOursForAQuote) {
  Hit hit;
  hit.query_id = "\"quoted\" id";
  EXPECT_EQ(row_of(hits_header() + to_line(hit)).query_id, "\"quoted\" id");
}

TEST(HitsReader, ReadsATableOfOursThatIsSeparatedByCommas) {
  std::string header = hits_header(), commas = header;
  std::ranges::replace(commas, '\t', ',');
  const Hit hit =
      row_of(commas + "\"a, \"\"b\"\"\",3,1,0.5,N/A,CCO,,,46.04186,,[M+H]+,47.05,9,ok,,,,,,\n");
  EXPECT_EQ(hit.query_id, "a, \"b\"");
  EXPECT_EQ(hit.library_id, "N/A");
  EXPECT_EQ(hit.exact_mass, 46.04186);
}

TEST(HitsReader, ReadsJsonLinesOfSearch) {
  const TemporaryFolder folder;
  HitsReader reader(folder.write(
      "hits.jsonl",
      R"({"query_id":"a\tb","query_index":0,"adduct":null,"candidates":2,"status":"ok",)"
      R"("spectra":[0,4],)"
      R"("answers":[{"rank":1,"score":1e-05,"smiles":"CCO","adduct":"[M+H]+"},)"
      R"({"rank":2,"score":-0.1,"smiles":"CCN","message":"less sure"}]})"
      "\n\n"
      R"({"query_id":"b","query_index":1,"status":"no_pool","message":"none","answers":[]})"
      "\n"));
  EXPECT_TRUE(reader.columns().number && reader.columns().rank && reader.columns().score);
  auto hit = reader.next().value();
  EXPECT_EQ(hit.score, 1e-05);
  EXPECT_EQ(hit.adduct, "[M+H]+");
  EXPECT_EQ(hit.spectra, (std::vector<std::size_t>{0, 4}));
  hit = reader.next().value();
  EXPECT_EQ(hit.rank, 2U);
  EXPECT_EQ(hit.candidates, 2U);
  EXPECT_EQ(hit.message, "less sure");
  EXPECT_EQ(reader.line(), 1U);
  hit = reader.next().value();
  EXPECT_EQ(hit.status, Status::no_pool);
  EXPECT_FALSE(hit.rank);
  EXPECT_EQ(reader.line(), 3U);
  EXPECT_FALSE(reader.next().has_value());
}

TEST(HitsReader, RefusesJsonThatIsNoQuery) {
  EXPECT_EQ(complaint("{\"answers\": {}}\n"),
            "hits.tsv:1: has \"answers\" that are no list; expected JSON lines as search --format "
            "jsonl writes them: one object a query");
  EXPECT_NE(complaint("{\"query_id\": \"a\"}\n{\"x\n"), "");
  const std::string deep(100'000, '[');
  EXPECT_EQ(complaint("{\"smiles\": " + deep + std::string(deep.size(), ']') + "}\n"),
            "hits.tsv:1: has lists or objects where a value is expected; expected JSON lines as "
            "search --format jsonl writes them: one object a query");
}

TEST(HitsReader, RefusesMzTab) {
  EXPECT_EQ(complaint("MTD\tmzTab-version\t2.0.0-M\n"),
            "hits.tsv:1: mzTab is written, not read; expected a table of hits, which search writes "
            "with --format tsv, csv or jsonl");
}

TEST(HitsReader, ReadsWhatSiriusWrites) {
  const TemporaryFolder folder;
  HitsReader reader(folder.write(
      "structure_identifications.tsv",
      "structurePerIdRank\tformulaRank\tCSI:FingerIDScore\tadduct\tInChIkey2D\tsmiles\tionMass\t"
      "alignedFeatureId\tmappingFeatureId\n"
      "1\t1\t-43.7\t[M+H]+\tLFQSCWFLJHTTHZ\tCCO\t47.05\t7123\t12\n"
      "2\t1\tN/A\t[M+H]+\tN/A\tCOC\t47.05\t7123\t12\n"));
  EXPECT_EQ(reader.columns().named_by, NamedBy::feature_id);
  const Hit hit = reader.next().value();
  EXPECT_EQ(hit.query_id, "12");
  EXPECT_EQ(hit.rank, 1U);
  EXPECT_EQ(hit.score, -43.7);
  EXPECT_EQ(hit.inchikey14, "LFQSCWFLJHTTHZ");
  EXPECT_EQ(hit.precursor_mz, 47.05);
  const Hit second = reader.next().value();
  EXPECT_FALSE(second.score);
  EXPECT_EQ(second.inchikey14, "");
}

TEST(HitsReader, ReadsWhatMs2QueryWritesWhichCountsFromOne) {
  const std::string header =
      "query_spectrum_nr,ms2query_model_prediction,precursor_mz_query_spectrum,inchikey,smiles\n";
  const Hit hit = row_of(header + "1,0.5645,907.0,LFQSCWFLJHTTHZ,CCO\n");
  EXPECT_EQ(hit.query_index, 0U);
  EXPECT_EQ(hit.score, 0.5645);
  EXPECT_EQ(hit.precursor_mz, 907.0);
  EXPECT_EQ(complaint(header + "0,0.5645,907.0,LFQSCWFLJHTTHZ,CCO\n"),
            "hits.tsv:2: query_spectrum_nr is 0; it counts from 1, query_index from 0");
}

TEST(HitsReader, TakesATableWithoutQueriesForOneOfTheRecordThatTheFileIsCalledAfter) {
  const TemporaryFolder folder;
  HitsReader reader(folder.write("MSBNK-1.csv",
                                 "\"Identifier\",\"SMILES\",\"InChIKey\",\"Score\"\n"
                                 "\"702\",\"CCO\",\"LFQSCWFLJHTTHZ-UHFFFAOYSA-N\",\"1.0\"\n"));
  EXPECT_TRUE(reader.of_one_query());
  const Hit hit = reader.next().value();
  EXPECT_EQ(hit.query_id, "MSBNK-1");
  EXPECT_EQ(hit.inchikey14, "LFQSCWFLJHTTHZ");
}

TEST(HitsReader, PassesOverWhatOtherProgramsMeanByNamesOfOurs) {
  EXPECT_EQ(row_of("query_id\tsmiles\tscore\texact_mass\tprecursor_mz\nq\tC\t1\theavy\t?\n").score,
            1.0);
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

TEST(HitsReader, OfTheFirstProgramsIsStillRead) {
  const Hit hit = row_of(
      "query_id\tquery_index\trank\tscore\tlibrary_id\tsmiles\tinchikey14\tformula\texact_mass\t"
      "mass_error_ppm\tadduct\tprecursor_mz\tcandidates\tstatus\tmessage\n"
      "q\t0\t1\t0.5\t\tCCO\tLFQSCWFLJHTTHZ\tC2H6O\t46.041865\t\t\t\t3\tok\t\n");
  EXPECT_EQ(hit.score, 0.5);
  EXPECT_EQ(hit.candidates, 3U);
}

TEST(HitsReader, WhatOthersCallFileOrRetentionTimeIsPassedOver) {
  const Hit hit = row_of(
      "query_index\tsmiles\tscore\tfile\tretention_time\tmargin\n0\tCCO\t1\tx\t5.2 min\tnone\n");
  EXPECT_EQ(hit.smiles, "CCO");
}

}  // namespace
}  // namespace specbridge
