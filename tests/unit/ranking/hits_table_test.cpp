#include "ranking/hits_table.h"

#include <gtest/gtest.h>

namespace specbridge {
namespace {

TEST(HitsTable, HasTheColumnsInTheAgreedOrder) {
  EXPECT_EQ(hits_header(),
            "query_id\tquery_index\trank\tscore\tlibrary_id\tsmiles\tinchikey14\tformula\t"
            "exact_mass\tmass_error_ppm\tadduct\tprecursor_mz\tcandidates\tstatus\tmessage\t"
            "margin\tretention_time\tpeaks_used\tname\tinchikey\n");
}

TEST(HitsTable, HasFurtherColumnsWhereTheyApply) {
  const HitsLayout layout{
      .evidence = {"cosine", "other"}, .file = true, .further = {"CAS", "a\tb"}};
  const std::string header = hits_header(layout);
  EXPECT_EQ(header.substr(header.find("\tmargin")),
            "\tmargin\tevidence.cosine\tevidence.other\tfile\tretention_time\tpeaks_used\t"
            "name\tinchikey\tkeep.CAS\tkeep.a b\n");
  Hit hit;
  hit.query_id = "q";
  hit.margin = 0.25F;
  hit.evidence = {0.5F, std::numeric_limits<float>::quiet_NaN()};
  hit.file = "a\tb.mgf";
  hit.retention_time = 312.0000001;
  hit.peaks_used = 7;
  hit.inchikey = "LFQSCWFLJHTTHZ-UHFFFAOYSA-N";
  hit.name = "ethanol";
  hit.further = {"64-17-5", "x"};
  const std::string line = to_line(hit, layout);
  EXPECT_EQ(line.substr(line.find("ok")),
            "ok\t\t0.25\t0.5\t\ta b.mgf\t312.000\t7\t"
            "ethanol\tLFQSCWFLJHTTHZ-UHFFFAOYSA-N\t64-17-5\tx\n");
}

TEST(HitsTable, SaysHowCertainAnAnswerIsBehindItsMargin) {
  const HitsLayout layout{
      .probability = true, .q_value = true, .explained = true, .evidence = {"cosine"}};
  const std::string header = hits_header(layout);
  EXPECT_EQ(header.substr(header.find("\tmargin")),
            "\tmargin\tprobability\tq_value\texplained_peaks\texplained_intensity\t"
            "evidence.cosine\tretention_time\tpeaks_used\tname\tinchikey\n");
  Hit hit;
  hit.probability = 0.123456;
  hit.q_value = "0.0500";
  hit.explained_peaks = 7;
  hit.explained_intensity = 0.5;
  hit.evidence = {0.25F};
  const std::string line = to_line(hit, layout);
  EXPECT_EQ(line.substr(line.find("ok")), "ok\t\t\t0.1235\t0.0500\t7\t0.5000\t0.25\t\t\t\t\n");
}

TEST(HitsTable, SaysBehindAllElseHowProbableItIsThatTheRightOneIsACandidate) {
  const HitsLayout layout{.probability = true, .present = true, .further = {"CAS"}};
  const std::string header = hits_header(layout);
  EXPECT_EQ(header.substr(header.find("\tname")),
            "\tname\tinchikey\tprobability_present\tkeep.CAS\n");
  Hit hit;
  hit.present = 0.75;
  hit.further = {"64-17-5"};
  const std::string line = to_line(hit, layout);
  EXPECT_EQ(line.substr(line.find("ok")), "ok\t\t\t\t\t\t\t\t0.7500\t64-17-5\n");
}

TEST(HitsTable, ARowWithoutAnswerHasEmptyFurtherCells) {
  const HitsLayout layout{.further = {"CAS", "Use"}};
  const std::string line = to_line(Hit{}, layout);
  EXPECT_EQ(line.substr(line.find("ok")), "ok\t\t\t\t\t\t\t\t\n");
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
      "12\tok\t\t\t\t\t\t\n");
}

TEST(HitsTable, LeavesAbsentValuesEmpty) {
  Hit hit;
  hit.query_id = "q";
  hit.status = Status::no_precursor;
  hit.message = "the record has no precursor m/z";
  EXPECT_EQ(
      to_line(hit),
      "q\t0\t\t\t\t\t\t\t\t\t\t\t\tno_precursor\tthe record has no precursor m/z\t\t\t\t\t\n");
}

TEST(HitsTable, KeepsEveryTextInItsCell) {
  Hit hit;
  hit.query_id = "a\tb\r\nc";
  EXPECT_EQ(to_line(hit).substr(0, 8), "a b  c\t0");
}

}  // namespace
}  // namespace specbridge
