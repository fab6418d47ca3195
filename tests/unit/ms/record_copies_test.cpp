#include "ms/copies/record_copies.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "base/text.h"
#include "ms/copies/raw_lines.h"
#include "specbridge/error.h"
#include "support/support.h"
#include "unit/ms/reader_cases.h"

namespace specbridge {
namespace {

using test::message_of;

std::vector<std::string> raw_lines(const std::string& text) {
  RawLines lines(ByteReader(text, "f"));
  std::vector<std::string> all;
  while (lines.next()) all.emplace_back(lines.line());
  return all;
}

TEST(RawLines, KeepTheEndsOfLines) {
  EXPECT_EQ(raw_lines("a\nb\r\nc\rd\n\n\r\r\n e"),
            (std::vector<std::string>{"a\n", "b\r\n", "c\r", "d\n", "\n", "\r", "\r\n", " e"}));
  EXPECT_EQ(raw_lines("a\r"), (std::vector<std::string>{"a\r"}));
  EXPECT_EQ(raw_lines("a\r\n"), (std::vector<std::string>{"a\r\n"}));
  EXPECT_TRUE(raw_lines("").empty());
}

TEST(RawLines, LoseTheByteOrderMarkOfTheFileAndNothingElse) {
  EXPECT_EQ(raw_lines("\xef\xbb\xbf"
                      "a\nb\xef\xbb\xbf\n"),
            (std::vector<std::string>{"a\n", "b\xef\xbb\xbf\n"}));
}

TEST(RawLines, FindEndsAcrossChunksOfTheFile) {
  const test::TemporaryFolder folder;
  std::string text;
  std::vector<std::string> expected;
  for (std::size_t i = 0; text.size() < std::size_t{3} << 18; ++i) {
    expected.push_back(std::string(i % 97, 'x') + (i % 3 == 0 ? "\r\n" : i % 3 == 1 ? "\r" : "\n"));
    if (expected.back() == "\n" && text.ends_with('\r')) expected.back() = "y\n";
    text += expected.back();
  }
  const auto file = folder.write("f", text);
  RawLines lines{ByteReader(file)};
  for (const auto& line : expected) {
    ASSERT_TRUE(lines.next());
    ASSERT_EQ(lines.line(), line) << lines.number();
  }
  EXPECT_FALSE(lines.next());
  EXPECT_EQ(lines.number(), expected.size());
}

TEST(RawLines, GoOnBehindALineThatIsTooLong) {
  const std::string giant((std::size_t{5} << 20) + 7, 'x');
  const test::TemporaryFolder folder;
  RawLines lines{ByteReader(folder.write("f", "a\n" + giant + "\nb\n"))};
  ASSERT_TRUE(lines.next() && lines.next());
  EXPECT_LT(lines.line().size(), std::size_t{2} << 20);
  ASSERT_TRUE(lines.next());
  EXPECT_EQ(lines.line(), "b\n");
  EXPECT_EQ(lines.number(), 3U);
  EXPECT_FALSE(lines.next());
}

/// What a spectrum says, but where it stands, in texts as they are written.
std::string text_of(const Spectrum& one) {
  std::string text;
  for (const auto* value :
       {&one.id, &one.feature_id, &one.scan, &one.adduct, &one.smiles, &one.inchikey, &one.formula,
        &one.instrument, &one.collision_energy, &one.fold, &one.compound, &one.licence}) {
    text += one_line(*value) + "|";
  }
  text += std::to_string(one.precursor_mz.value_or(0)) + "|" +
          std::to_string(one.charge.value_or(0)) + "|" + std::to_string(one.sign_assumed) + "|" +
          std::to_string(one.polarity) + "|" + std::to_string(one.ms_level) + "|" +
          std::to_string(one.retention_time.value_or(0)) + "|";
  for (const double mz : one.precursors) text += std::to_string(mz) + "/";
  for (const Peak& peak : one.peaks) {
    text += " " + std::to_string(peak.mz) + ":" + std::to_string(peak.intensity);
  }
  return text;
}

TEST(MgfText, IsReadAsTheSpectrumWas) {
  std::size_t compared = 0;
  for (const char* name : {"mgf", "msp", "massbank", "mzml", "gnps-json", "jcamp", "tsv"}) {
    const auto table = test::fixtures() / "ms" / "table" / (std::string(name) + ".cases");
    for (const auto& one : test::reader_cases(table)) {
      if (one.name.starts_with("refused") || one.name.starts_with("bad")) continue;
      const auto reader = read_spectra(one.bytes, "f", one.format);
      for (Spectrum spectrum; reader->next(spectrum);) {
        if (!spectrum.problem.empty() || spectrum.ms_level == 1) continue;
        Spectrum again;
        ASSERT_TRUE(read_spectra(mgf_text(spectrum), "g")->next(again));
        EXPECT_EQ(again.problem, "") << name << ": " << one.name;
        EXPECT_EQ(text_of(again), text_of(spectrum)) << name << ": " << one.name;
        ++compared;
      }
    }
  }
  EXPECT_GT(compared, 100U);
}

TEST(MgfCopies, AreTheBytesBetweenBeginAndEnd) {
  const test::TemporaryFolder folder;
  const auto file =
      folder.write("in.mgf",
                   "COM=a file\nTITLE=not inherited\n\nBEGIN IONS\nPEPMASS=1\r\n"
                   "# note\n50 1\nEND IONS\njunk between\nBEGIN IONS\n60 1\nEND IONS");
  const auto copies = mgf_copies(file, SpectrumFormat::mgf);
  EXPECT_EQ(copies->text_of({4, 0}),
            "BEGIN IONS\nCOM=a file\nPEPMASS=1\r\n# note\n50 1\nEND IONS\n\n");
  EXPECT_EQ(copies->text_of({10, 1}), "BEGIN IONS\nCOM=a file\n60 1\nEND IONS\n\n");
  EXPECT_EQ(message_of([&] {
              copies->text_of({99, 2});
            }),
            file.string() +
                ":99: the record that was read here is gone; do not change files while they are "
                "read");
}

TEST(MgfCopies, DoNotInheritWhatStoodBeforeALostRecord) {
  const test::TemporaryFolder folder;
  const auto file = folder.write(
      "in.mgf", "CHARGE=2+\n40 1\nEND IONS\nBEGIN IONS\nPEPMASS=100\n50 1\nEND IONS\n");
  const auto reader = open_spectra(file);
  Spectrum spectrum;
  ASSERT_TRUE(reader->next(spectrum) && reader->next(spectrum));
  EXPECT_FALSE(spectrum.charge.has_value());
  EXPECT_EQ(mgf_copies(file, SpectrumFormat::mgf)->text_of({spectrum.origin.line, 1}),
            "BEGIN IONS\nPEPMASS=100\n50 1\nEND IONS\n\n");
}

TEST(RowCopies, AreTheLinesAsTheyStand) {
  const test::TemporaryFolder folder;
  const auto file =
      folder.write("in.tsv", "\nidentifier\tmzs\tintensities\r\nA\t50 \t1\r\nB\t60\t2");
  EXPECT_EQ(header_of_rows(file), "identifier\tmzs\tintensities\r\n");
  const auto copies = row_copies(file);
  EXPECT_EQ(copies->text_of({3, 0}), "A\t50 \t1\r\n");
  EXPECT_EQ(copies->text_of({4, 1}), "B\t60\t2\n");
  EXPECT_EQ(header_of_rows(folder.write("empty", "\n\n")), std::nullopt);
}

}  // namespace
}  // namespace specbridge
