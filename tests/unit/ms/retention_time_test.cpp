#include "ms/formats/retention_time.h"

#include <gtest/gtest.h>

#include <optional>
#include <string>

#include "specbridge/spectrum_reader.h"

namespace specbridge {
namespace {

std::optional<double> time_in(const std::string& text) {
  const auto reader = read_spectra(text, "f");
  Spectrum spectrum;
  EXPECT_TRUE(reader->next(spectrum));
  EXPECT_EQ(spectrum.problem, "");
  return spectrum.retention_time;
}

std::optional<double> in_mgf(const std::string& field) {
  return time_in("BEGIN IONS\nPEPMASS=100.5\n" + field + "\n50 1\nEND IONS\n");
}

std::optional<double> in_msp(const std::string& field) {
  return time_in("Name: a\nPrecursorMZ: 100.5\n" + field + "\nNum Peaks: 1\n50 1\n");
}

std::optional<double> in_massbank(const std::string& field) {
  return time_in("ACCESSION: a\n" + field +
                 "\nPK$NUM_PEAK: 1\nPK$PEAK: m/z int. rel.int.\n  50 1 999\n//\n");
}

TEST(RetentionTime, OfMgfIsInTheUnitThatTheKeyNames) {
  EXPECT_EQ(in_mgf("RTINSECONDS=603.5"), 603.5);
  EXPECT_EQ(in_mgf("RTINSECONDS=603,5"), 603.5);
  EXPECT_EQ(in_mgf("RTINSECONDS=654-660"), 654);
  EXPECT_EQ(in_mgf("RTINMINUTES=5.5"), 330);
}

TEST(RetentionTime, HasTheUnitBehindIt) {
  EXPECT_EQ(in_mgf("RT=5.5 min"), 330);
  EXPECT_EQ(in_msp("Retention_time: 312.5 sec"), 312.5);
  EXPECT_EQ(in_msp("Comments: \"retention time=7.5 min\""), 450);
  EXPECT_EQ(in_massbank("AC$CHROMATOGRAPHY: RETENTION_TIME 16.5 min"), 990);
  EXPECT_EQ(in_massbank("AC$CHROMATOGRAPHY: RETENTION_TIME 990.5 sec"), 990.5);
  EXPECT_EQ(parse_time("PT1M30.5S"), 90.5);
  EXPECT_EQ(parse_time("1.5 h"), 5400);
}

TEST(RetentionTime, WithoutAUnitGoesByTheSpellingOfItsProgram) {
  EXPECT_EQ(in_msp("RETENTIONTIME: 5.5"), 330);       // MS-DIAL
  EXPECT_EQ(in_msp("RETENTION_TIME: 312.5"), 312.5);  // matchms
  EXPECT_EQ(in_mgf("RT=5.5"), std::nullopt);
}

TEST(RetentionTime, IsAbsentWhereItIsNotKnown) {
  EXPECT_EQ(in_mgf("RTINSECONDS=0"), std::nullopt);
  EXPECT_EQ(in_mgf("RTINSECONDS=N/A"), std::nullopt);
  EXPECT_EQ(in_mgf("RTINSECONDS=-1"), std::nullopt);
  EXPECT_EQ(in_mgf("RT=late"), std::nullopt);
  EXPECT_EQ(in_massbank("AC$CHROMATOGRAPHY: RETENTION_TIME 16.5"), std::nullopt);
  EXPECT_EQ(in_massbank("AC$CHROMATOGRAPHY: FLOW_RATE 5 ml/min"), std::nullopt);
}

std::optional<double> in_mzml(const std::string& unit) {
  return time_in(
      "<mzML><run><spectrumList><spectrum id=\"a\" defaultArrayLength=\"0\"><scanList><scan>"
      "<cvParam accession=\"MS:1000016\" name=\"scan start time\" value=\"5.5\" " +
      unit + "/></scan></scanList></spectrum></spectrumList></run></mzML>\n");
}

TEST(RetentionTime, OfMzmlHasTheUnitOfItsTerm) {
  EXPECT_EQ(in_mzml("unitAccession=\"UO:0000031\""), 330);
  EXPECT_EQ(in_mzml("unitAccession=\"UO:0000010\""), 5.5);
  EXPECT_EQ(in_mzml(""), std::nullopt);
}

}  // namespace
}  // namespace specbridge
