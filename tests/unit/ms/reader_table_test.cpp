#include <gtest/gtest.h>

#include <algorithm>
#include <cctype>

#include "support/support.h"
#include "unit/ms/reader_cases.h"

namespace specbridge {
namespace {

std::vector<test::ReaderCase> all_cases() {
  std::vector<test::ReaderCase> all;
  for (const char* name :
       {"mgf", "msp", "massbank", "mzml", "gnps-json", "jcamp", "tsv", "recognition"}) {
    auto cases =
        test::reader_cases(test::fixtures() / "ms" / "table" / (std::string(name) + ".cases"));
    std::move(cases.begin(), cases.end(), std::back_inserter(all));
  }
  return all;
}

/// "a record: it ends" -> "ARecordItEnds"
std::string name_of(const testing::TestParamInfo<test::ReaderCase>& info) {
  std::string name = info.param.source + " " + info.param.name, camel;
  bool upper = true;
  for (const char c : name) {
    const bool letter = std::isalnum(static_cast<unsigned char>(c)) != 0;
    if (letter) camel += upper ? static_cast<char>(std::toupper(c)) : c;
    upper = !letter;
  }
  return camel;
}

class ReaderTable : public testing::TestWithParam<test::ReaderCase> {};

TEST_P(ReaderTable, GivesExactlyTheExpectedSpectraOrMessages) {
  EXPECT_EQ(test::outcome_of(GetParam()), GetParam().expected);
}

INSTANTIATE_TEST_SUITE_P(SmallFile, ReaderTable, testing::ValuesIn(all_cases()), name_of);

TEST(ReaderTableSize, IsAtLeastAHundredAndFiftyFiles) {
  EXPECT_GE(all_cases().size(), 150U);
}

TEST(ReaderTableSize, EveryFileOfADefectLeavesAMessage) {
  for (const auto& reader_case : all_cases()) {
    const bool defect =
        reader_case.name.starts_with("bad: ") || reader_case.name.starts_with("refused: ");
    const bool message =
        std::any_of(reader_case.expected.begin(), reader_case.expected.end(),
                    [](const std::string& line) { return line.find("! ") != std::string::npos; });
    EXPECT_EQ(defect, message) << reader_case.source << ": " << reader_case.name;
  }
}

}  // namespace
}  // namespace specbridge
