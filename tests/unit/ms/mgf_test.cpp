#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>

#include "specbridge/adduct.h"
#include "specbridge/spectrum_reader.h"
#include "store/line_reader.h"
#include "support/support.h"

namespace specbridge {
namespace {

std::vector<Spectrum> read_all(const std::filesystem::path& path) {
  const auto reader = open_spectra(path, SpectrumFormat::mgf);
  std::vector<Spectrum> spectra;
  for (Spectrum spectrum; reader->next(spectrum);) spectra.push_back(spectrum);
  return spectra;
}

std::vector<Spectrum> read_text(const std::string& text) {
  const test::TemporaryFolder folder;
  return read_all(folder.write("a.mgf", text));
}

/// One record with these lines between BEGIN IONS and END IONS.
Spectrum read_record(const std::string& lines) {
  const auto spectra = read_text("BEGIN IONS\n" + lines + "\nEND IONS\n");
  EXPECT_EQ(spectra.size(), 1U);
  return spectra.empty() ? Spectrum{} : spectra.front();
}

/// The problem without the folder of the file.
std::string problem_of(const Spectrum& spectrum) {
  const auto name = spectrum.problem.find("a.mgf:");
  return name == std::string::npos ? spectrum.problem : spectrum.problem.substr(name);
}

std::vector<std::pair<double, double>> peaks_of(const Spectrum& spectrum) {
  std::vector<std::pair<double, double>> peaks;
  for (const auto& peak : spectrum.peaks) peaks.emplace_back(peak.mz, peak.intensity);
  return peaks;
}

using testing::ElementsAre;
using testing::IsEmpty;
using testing::Pair;

TEST(Mgf, ReadsARecordOfMassBankWhole) {
  const auto spectra = read_all(test::fixtures() / "ms" / "dialects.mgf");
  ASSERT_EQ(spectra.size(), 6U);
  const auto& first = spectra[0];
  EXPECT_EQ(first.id, "MSBNK-AAFC-AC000001");
  EXPECT_EQ(first.origin.line, 3U);
  EXPECT_EQ(first.ms_level, 2);
  EXPECT_EQ(first.precursor_mz, 179.0697);
  EXPECT_EQ(first.charge, 1);
  EXPECT_EQ(first.adduct, "[M+H]+");
  EXPECT_EQ(first.smiles, "CC1Cc2cccc(O)c2C(=O)O1");
  EXPECT_EQ(first.inchikey, "KWILGNNWGSNMPA-UHFFFAOYSA-N");
  EXPECT_EQ(first.formula, "C10H10O3");
  EXPECT_EQ(first.instrument, "LC-ESI-ITFT");
  EXPECT_EQ(first.collision_energy, "10(NCE)");
  EXPECT_EQ(first.fold, "train");
  EXPECT_EQ(first.problem, "");
  EXPECT_THAT(peaks_of(first), ElementsAre(Pair(133.0648, 21910), Pair(151.0754, 9240)));
}

TEST(Mgf, ReadsTheDialectsOfOtherPrograms) {
  const auto spectra = read_all(test::fixtures() / "ms" / "dialects.mgf");
  ASSERT_EQ(spectra.size(), 6U);
  EXPECT_EQ(spectra[1].id, "CCMSLIB00000001547");  // GNPS
  EXPECT_EQ(spectra[1].charge, std::nullopt);
  EXPECT_EQ(spectra[1].smiles, "");
  EXPECT_EQ(spectra[2].id, "17");  // MZmine: an isotope pattern before its MS2 record
  EXPECT_EQ(spectra[2].ms_level, 1);
  EXPECT_EQ(spectra[3].charge, -1);
  EXPECT_EQ(spectra[3].adduct, "[M-H]-");
  EXPECT_EQ(spectra[4].precursor_mz, 281.2013306);  // MS-DIAL with comma decimals
  EXPECT_THAT(peaks_of(spectra[4]), ElementsAre(Pair(57.0699, 1200), Pair(81.5, 300.25)));
  EXPECT_EQ(spectra[5].id, "File: \"a=b.raw\", scan=1044");  // msconvert
  EXPECT_EQ(spectra[5].charge, 2);
  EXPECT_THAT(peaks_of(spectra[5]), ElementsAre(Pair(110.0717, 12500), Pair(120.08, 3)));
}

TEST(Mgf, KeysMayBeWrittenInAnyCaseWithUnderscoresHyphensOrBlanks) {
  const auto spectrum =
      read_record("spectrum-id=x\nPrecursor Mz=100.5\nMs_Level=2\ncollision_energy=20");
  EXPECT_EQ(spectrum.id, "x");
  EXPECT_EQ(spectrum.precursor_mz, 100.5);
  EXPECT_EQ(spectrum.collision_energy, "20");
}

TEST(Mgf, ValuesKeepEverythingAfterTheFirstEqualsSign) {
  EXPECT_EQ(read_record("TITLE=a=b=c\nSMILES=C=CC=O").smiles, "C=CC=O");
  EXPECT_EQ(read_record("TITLE=a=b=c").id, "a=b=c");
}

TEST(Mgf, NamesARecordBySpectrumIdThenFeatureIdThenScansThenTitle) {
  EXPECT_EQ(read_record("TITLE=t\nSCANS=s\nFEATURE_ID=f\nSPECTRUM_ID=i").id, "i");
  EXPECT_EQ(read_record("TITLE=t\nSCANS=s\nFEATURE_ID=f\nSPECTRUM_ID=N/A").id, "f");
  EXPECT_EQ(read_record("TITLE=t\nSCANS=s").id, "s");
  EXPECT_EQ(read_record("TITLE=t").id, "t");
}

TEST(Mgf, ARecordWithoutNameIsCalledByFileAndNumber) {
  const auto spectra =
      read_text("BEGIN IONS\nEND IONS\nBEGIN IONS\nTITLE=x\nEND IONS\nBEGIN IONS\nEND IONS\n");
  ASSERT_EQ(spectra.size(), 3U);
  EXPECT_EQ(spectra[0].id, "a.mgf:1");
  EXPECT_EQ(spectra[2].id, "a.mgf:3");
  EXPECT_EQ(spectra[2].origin.line, 6U);
}

TEST(Mgf, ReadsEveryWayOfWritingACharge) {
  const std::map<std::string, std::optional<int>> kCharges = {
      {"1", 1},         {"1+", 1},  {"+1", 1},  {"1-", -1},   {"-1", -1}, {"-1-", -1},
      {"2+ and 3+", 2}, {"3-", -3}, {"2.0", 2}, {"2+,3+", 2}, {"0", {}},  {"-0", {}},
      {"0+", {}},       {"", {}},   {"+", {}},  {"N/A", {}},
  };
  for (const auto& [text, charge] : kCharges) {
    const auto spectrum = read_record("CHARGE=" + text);
    EXPECT_EQ(spectrum.charge, charge) << text;
    EXPECT_EQ(spectrum.problem, "") << text;
  }
}

TEST(Mgf, TheIonModeGivesASignOnlyToAChargeWithoutOne) {
  EXPECT_EQ(read_record("CHARGE=1\nIONMODE=Negative").charge, -1);
  EXPECT_EQ(read_record("CHARGE=2\nION_MODE=-").charge, -2);
  EXPECT_EQ(read_record("CHARGE=1\nIONMODE=positive").charge, 1);
  EXPECT_EQ(read_record("CHARGE=1+\nIONMODE=negative").charge, 1);
  EXPECT_EQ(read_record("CHARGE=0\nIONMODE=negative").charge, std::nullopt);
  EXPECT_EQ(read_record("IONMODE=negative").charge, std::nullopt);
}

TEST(Mgf, AChargeWithoutSignContradictsNoAdductOfItsMagnitude) {
  const auto negative = *parse_adduct("[M-H]-");
  EXPECT_FALSE(contradicts(read_record("CHARGE=1\nADDUCT=[M-H]-"), negative));
  EXPECT_TRUE(contradicts(read_record("CHARGE=1+\nADDUCT=[M-H]-"), negative));
  EXPECT_TRUE(contradicts(read_record("CHARGE=2\nADDUCT=[M-H]-"), negative));
  EXPECT_TRUE(contradicts(read_record("CHARGE=1\nIONMODE=positive"), negative));
}

TEST(Mgf, ReadsThePrecursorFromItsSynonyms) {
  EXPECT_EQ(read_record("PRECURSORMZ=100.5").precursor_mz, 100.5);
  EXPECT_EQ(read_record("PEPMASS=100.5 2.3e4 1+").precursor_mz, 100.5);
  EXPECT_EQ(read_record("PEPMASS=100.5\t7").precursor_mz, 100.5);
  EXPECT_EQ(read_record("PEPMASS=1\nPRECURSOR_MZ=2").precursor_mz, 2);
  EXPECT_EQ(read_record("PEPMASS=281,2013").precursor_mz, 281.2013);
  EXPECT_EQ(read_record("PEPMASS=0").precursor_mz, std::nullopt);
  EXPECT_EQ(read_record("PEPMASS=0.0 123").precursor_mz, std::nullopt);
  EXPECT_EQ(read_record("PRECURSOR_MZ=n/a\nPEPMASS=3").precursor_mz, 3);
}

TEST(Mgf, NullWordsAreNoValues) {
  for (const char* word : {"N/A", "n/a", "NA", "null", "None", "nan", "-", "", "\"N/A\""}) {
    const auto spectrum = read_record(std::string("SMILES=") + word + "\nADDUCT=" + word);
    EXPECT_EQ(spectrum.smiles, "") << word;
    EXPECT_EQ(spectrum.adduct, "") << word;
  }
}

TEST(Mgf, ParametersBeforeTheFirstRecordHoldForAllButARecordsOwnWins) {
  const auto spectra = read_text(
      "CHARGE=2+\nADDUCT=[M+2H]2+\nTITLE=whole file\nBEGIN IONS\nEND IONS\n"
      "BEGIN IONS\nCHARGE=1+\nEND IONS\n");
  ASSERT_EQ(spectra.size(), 2U);
  EXPECT_EQ(spectra[0].charge, 2);
  EXPECT_EQ(spectra[0].adduct, "[M+2H]2+");
  EXPECT_EQ(spectra[0].id, "a.mgf:1");
  EXPECT_EQ(spectra[1].charge, 1);
}

TEST(Mgf, CommentsAreSkippedEverywhere) {
  const auto spectrum = read_record("# SMILES=C\n;x\n!y\n/z\n###FS:\n  # indented\n100 1\n#100 2");
  EXPECT_THAT(peaks_of(spectrum), ElementsAre(Pair(100, 1)));
  EXPECT_EQ(spectrum.smiles, "");
  EXPECT_EQ(spectrum.problem, "");
}

TEST(Mgf, PeaksMayBeSeparatedByBlanksTabsCommasOrSemicolons) {
  const auto spectrum =
      read_record("100.1 1\n100.2\t2\n100.3   3  \n100.4,4\n100.5;5\n100.6, 6\n  100.7 7");
  EXPECT_EQ(spectrum.problem, "");
  EXPECT_THAT(peaks_of(spectrum),
              ElementsAre(Pair(100.1, 1), Pair(100.2, 2), Pair(100.3, 3), Pair(100.4, 4),
                          Pair(100.5, 5), Pair(100.6, 6), Pair(100.7, 7)));
}

TEST(Mgf, WhatFollowsTheIntensityIsIgnored) {
  const auto spectrum = read_record("100.1 1 1+\n100.2 2 \"[C6H5]+, y=3\"\n100.3 3 x y z");
  EXPECT_EQ(spectrum.problem, "");
  EXPECT_THAT(peaks_of(spectrum), ElementsAre(Pair(100.1, 1), Pair(100.2, 2), Pair(100.3, 3)));
}

TEST(Mgf, ReadsScientificNotationSignsAndDecimalCommas) {
  const auto spectrum = read_record("1.001e2 2.5E+04\n+200 -3\n281,2013306 5\n281,5\t7,25\n.5 1");
  EXPECT_EQ(spectrum.problem, "");
  EXPECT_THAT(peaks_of(spectrum),
              ElementsAre(Pair(100.1, 25000), Pair(200, -3), Pair(281.2013306, 5),
                          Pair(281.5, 7.25), Pair(0.5, 1)));
}

TEST(Mgf, AcceptsCarriageReturnsAndAByteOrderMark) {
  const auto spectra = read_text(
      "\xef\xbb\xbf"
      "BEGIN IONS\r\nPEPMASS=100\r\n50 1\r\nEND IONS\r\n");
  ASSERT_EQ(spectra.size(), 1U);
  EXPECT_EQ(spectra[0].precursor_mz, 100);
  EXPECT_THAT(peaks_of(spectra[0]), ElementsAre(Pair(50, 1)));
}

TEST(Mgf, AKeyMayBeginWithADigit) {
  EXPECT_EQ(read_record("1/K0=0.85\nPEPMASS=7").problem, "");
}

TEST(Mgf, APeakLineThatIsNotANumberIsAProblemWithItsPlace) {
  for (const char* line :
       {"abc 5", "100.1", "100.1 many", "281.5 100,5", "1,2,3,4", "Num peaks: 5"}) {
    const auto spectrum = read_record(std::string("TITLE=x\n50 1\n") + line + "\n60 2");
    EXPECT_EQ(problem_of(spectrum),
              std::string("a.mgf:4: \"") + line + "\" is no peak; expected \"<m/z> <intensity>\"");
    EXPECT_EQ(spectrum.id, "x");
  }
}

TEST(Mgf, AFieldThatCannotBeReadIsAProblemWithItsPlace) {
  EXPECT_EQ(problem_of(read_record("TITLE=x\nPEPMASS=about 866")),
            "a.mgf:3: PEPMASS is not a number: \"about 866\" (expected PEPMASS=<m/z>)");
}

TEST(Mgf, AProblemCostsOneRecordAndReadingGoesOn) {
  const auto spectra =
      read_text("BEGIN IONS\nTITLE=1\nx y\nEND IONS\nBEGIN IONS\nTITLE=2\n50 1\nEND IONS\n");
  ASSERT_EQ(spectra.size(), 2U);
  EXPECT_NE(spectra[0].problem, "");
  EXPECT_EQ(spectra[1].problem, "");
  EXPECT_EQ(spectra[1].id, "2");
  EXPECT_THAT(peaks_of(spectra[1]), ElementsAre(Pair(50, 1)));
}

TEST(Mgf, ABeginWithinARecordEndsItWithAProblem) {
  const auto spectra =
      read_text("BEGIN IONS\nTITLE=1\n40 1\nBEGIN IONS\nTITLE=2\n50 1\nEND IONS\n");
  ASSERT_EQ(spectra.size(), 2U);
  EXPECT_EQ(spectra[0].id, "1");
  EXPECT_EQ(problem_of(spectra[0]),
            "a.mgf:4: BEGIN IONS within the record begun in line 1; expected END IONS");
  EXPECT_EQ(spectra[1].id, "2");
  EXPECT_EQ(spectra[1].origin.line, 4U);
  EXPECT_EQ(spectra[1].problem, "");
}

TEST(Mgf, AFileThatEndsWithinARecordLeavesAProblem) {
  const auto spectra = read_text("BEGIN IONS\nTITLE=1\n40 1\n");
  ASSERT_EQ(spectra.size(), 1U);
  EXPECT_EQ(problem_of(spectra[0]),
            "a.mgf:3: the file ends within the record begun in line 1; expected END IONS");
}

TEST(Mgf, PeaksOutsideOfARecordComeOutAsARecordWithAProblem) {
  const auto spectra = read_text(
      "BEGIN IONS\nTITLE=1\nEND IONS\nTITLE=2\n40 1\n50 2\nEND IONS\nBEGIN IONS\nTITLE=3\nEND "
      "IONS\n");
  ASSERT_EQ(spectra.size(), 3U);
  EXPECT_EQ(spectra[1].id, "a.mgf:2");
  EXPECT_EQ(problem_of(spectra[1]),
            "a.mgf:5: peaks or END IONS outside of a record; expected BEGIN IONS before them");
  EXPECT_EQ(spectra[2].id, "3");
  EXPECT_EQ(spectra[2].problem, "");
}

TEST(Mgf, ALostFirstRecordDoesNotLendItsPropertiesToOthers) {
  const auto spectra = read_text("SMILES=CCO\n40 1\nEND IONS\nBEGIN IONS\nTITLE=2\nEND IONS\n");
  ASSERT_EQ(spectra.size(), 2U);
  EXPECT_EQ(problem_of(spectra[0]),
            "a.mgf:2: peaks or END IONS outside of a record; expected BEGIN IONS before them");
  EXPECT_EQ(spectra[1].smiles, "");
}

TEST(Mgf, AnEmptyRecordIsARecord) {
  const auto spectrum = read_record("TITLE=x");
  EXPECT_THAT(spectrum.peaks, IsEmpty());
  EXPECT_EQ(spectrum.problem, "");
}

TEST(Mgf, NothingOfARecordReachesTheNext) {
  const test::TemporaryFolder folder;
  const auto reader =
      open_spectra(folder.write("a.mgf",
                                "BEGIN IONS\nTITLE=1\nSMILES=C\nCHARGE=1\nMSLEVEL=1\nx\n5 1\nEND "
                                "IONS\nBEGIN IONS\nEND IONS\n"));
  Spectrum spectrum;
  ASSERT_TRUE(reader->next(spectrum));
  ASSERT_TRUE(reader->next(spectrum));
  EXPECT_EQ(spectrum.smiles + spectrum.problem, "");
  EXPECT_EQ(spectrum.charge, std::nullopt);
  EXPECT_EQ(spectrum.ms_level, 2);
  EXPECT_THAT(spectrum.peaks, IsEmpty());
  EXPECT_FALSE(reader->next(spectrum));
  EXPECT_FALSE(reader->next(spectrum));
}

TEST(Mgf, AFileWithoutRecordsIsRefused) {
  const test::TemporaryFolder folder;
  const auto text = folder.write("a.mgf", "id\tsmiles\n1\tCCO\n40 1\nEND IONS\n");
  EXPECT_EQ(
      test::message_of([&] { read_all(text); }),
      text.string() + ": no BEGIN IONS found; expected an MGF file with BEGIN IONS ... END IONS");
  const auto empty = folder.write("b.mgf", "");
  EXPECT_EQ(test::message_of([&] { read_all(empty); }),
            empty.string() + ": is empty; expected an MGF file with BEGIN IONS ... END IONS");
}

TEST(Mgf, AMissingFileIsRefusedAtOnce) {
  EXPECT_THROW(open_spectra("/nonexistent/a.mgf"), InputError);
}

TEST(Mgf, ReadsEveryRecordOfTheRealData) {
  const auto path = test::real_data() / "massbank_train.mgf.gz";
  if (!std::filesystem::exists(path)) GTEST_SKIP() << path << " is not there";
  const auto reader = open_spectra(path);
  std::size_t records = 0, problems = 0, peaks = 0, without_charge = 0;
  for (Spectrum spectrum; reader->next(spectrum); ++records) {
    if (!spectrum.problem.empty()) ++problems;
    if (!spectrum.charge) ++without_charge;
    peaks += spectrum.peaks.size();
  }
  EXPECT_EQ(records, 47745U);  // zgrep -c "BEGIN IONS"
  EXPECT_EQ(problems, 0U);
  EXPECT_EQ(without_charge, 0U);
  EXPECT_EQ(peaks, 1208666U);  // zgrep -c "^[0-9]"
}

}  // namespace
}  // namespace specbridge
