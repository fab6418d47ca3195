#include "base/text.h"

#include <gtest/gtest.h>

#include <bit>
#include <cmath>
#include <cstdint>
#include <limits>

#include "base/random.h"

namespace specbridge {
namespace {

using Parts = std::vector<std::string_view>;

TEST(Trim, TakesBlanksTabsAndLineEndsOffBothSides) {
  EXPECT_EQ(trim(" \t a b\r\n"), "a b");
  EXPECT_EQ(trim("a"), "a");
  EXPECT_EQ(trim(" \r\n\t"), "");
  EXPECT_EQ(trim(""), "");
}

TEST(Split, KeepsEmptyParts) {
  EXPECT_EQ(split("a,b", ','), (Parts{"a", "b"}));
  EXPECT_EQ(split(",a,,", ','), (Parts{"", "a", "", ""}));
  EXPECT_EQ(split("", ','), (Parts{""}));
}

TEST(ParseNumber, ReadsWhatFillsTheWholeText) {
  EXPECT_EQ(parse_number("1.5"), 1.5);
  EXPECT_EQ(parse_number("+1.5"), 1.5);
  EXPECT_EQ(parse_number("-0.25e-2"), -0.0025);
  EXPECT_EQ(parse_number(".5"), 0.5);
  EXPECT_EQ(parse_number("5."), 5.0);
  EXPECT_EQ(parse_number("1E3"), 1000.0);
}

TEST(ParseNumber, RefusesEverythingElse) {
  for (const char* text : {"", "+", "-", "a", "1,5", "1.5x", " 1", "1 ", "++1", "+-1", "nan", "inf",
                           "-infinity", "1e999", "0x10", "1_000"}) {
    EXPECT_EQ(parse_number(text), std::nullopt) << text;
  }
}

TEST(ParseInteger, ReadsWhatFillsTheWholeText) {
  EXPECT_EQ(parse_integer("12"), 12);
  EXPECT_EQ(parse_integer("+12"), 12);
  EXPECT_EQ(parse_integer("-12"), -12);
  EXPECT_EQ(parse_integer("9223372036854775807"), std::numeric_limits<long long>::max());
}

TEST(ParseInteger, RefusesEverythingElse) {
  for (const char* text : {"", "+", "-", "1.0", "1e3", "9223372036854775808", " 1", "1 ", "+-1"}) {
    EXPECT_EQ(parse_integer(text), std::nullopt) << text;
  }
}

TEST(Shortest, WritesNoDigitTooMany) {
  EXPECT_EQ(shortest(0.1F), "0.1");
  EXPECT_EQ(shortest(0.1), "0.1");
  EXPECT_EQ(shortest(1.0F), "1");
  EXPECT_EQ(shortest(0.33333334F), "0.33333334");
  EXPECT_EQ(shortest(1.0 / 3), "0.3333333333333333");
  EXPECT_EQ(shortest(-0.0F), "-0");
}

TEST(Shortest, ReadsBackToTheSameBits) {
  Random random(1);
  for (int i = 0; i < 20'000; ++i) {
    const auto real = std::bit_cast<double>(random.next());
    if (std::isfinite(real) && std::abs(real) >= std::numeric_limits<double>::min()) {
      EXPECT_EQ(parse_number(shortest(real)), real);
    }
    const auto single = std::bit_cast<float>(static_cast<std::uint32_t>(random.next()));
    if (std::isfinite(single)) {
      EXPECT_EQ(static_cast<float>(parse_number(shortest(single)).value()), single);
    }
  }
}

TEST(ToUpper, ChangesAsciiLettersOnly) {
  EXPECT_EQ(to_upper("aZ1-\xc3\xa4"), "AZ1-\xc3\xa4");
}

TEST(Suggestion, FindsASlipOfTheKeyboard) {
  const std::vector<std::string> known = {"learning_rate", "batch_size", "epochs"};
  EXPECT_EQ(suggestion("learnig_rate", known), "learning_rate");
  EXPECT_EQ(suggestion("batchsize", known), "batch_size");
  EXPECT_EQ(suggestion("epoch", known), "epochs");
}

TEST(Suggestion, IsSilentWhenNothingIsNear) {
  EXPECT_EQ(suggestion("temperature", {"epochs", "seed"}), std::nullopt);
  EXPECT_EQ(suggestion("seed", {}), std::nullopt);
}

TEST(Suggestion, PrefersTheNearest) {
  EXPECT_EQ(suggestion("seeds", {"sends", "seed"}), "sends");
  EXPECT_EQ(suggestion("candidate", {"candidatesss", "candidates"}), "candidates");
}

TEST(OneLine, MakesBlanksOfTabsAndLineEnds) {
  EXPECT_EQ(one_line("a\tb\r\nc"), "a b  c");
}

TEST(OneLine, HidesControlBytesAndKeepsUtf8) {
  EXPECT_EQ(one_line(std::string_view("a\0b\x1b[0m\x7f", 8)), "a?b?[0m?");
  EXPECT_EQ(one_line("\xc3\xa4"), "\xc3\xa4");
}

TEST(OneLine, ReadsBytesThatAreNoUtf8AsLatin1) {
  EXPECT_EQ(one_line("na\xefve"), "na\xc3\xafve");
  EXPECT_EQ(one_line("caf\xe9"), "caf\xc3\xa9");
  EXPECT_EQ(one_line("\xb5g \xb0"
                     "C"),
            "\xc2\xb5g \xc2\xb0"
            "C");
}

TEST(OneLine, IsValidUtf8WhateverItIsGiven) {
  EXPECT_EQ(one_line("a\xed\xa0\x80z"), "a\xc3\xad\xc2\xa0?z");  // a surrogate
  EXPECT_EQ(one_line("\xc0\xaf"), "\xc3\x80\xc2\xaf");           // an overlong slash
  EXPECT_EQ(one_line("\xe0\x80\xaf"), "\xc3\xa0?\xc2\xaf");
  EXPECT_EQ(one_line("\xf4\x90\x80\x80"), "\xc3\xb4???");  // above U+10FFFF
  EXPECT_EQ(one_line("\xf0\x9f\x98\x80"), "\xf0\x9f\x98\x80");
  EXPECT_EQ(one_line("\xe2\x82"), "\xc3\xa2?");  // cut off
}

TEST(OneLine, HidesWhatATerminalOrAReaderWouldObey) {
  EXPECT_EQ(one_line("a\xc2\x9b"
                     "31mz"),
            "a?31mz");                           // U+009B: as ESC [
  EXPECT_EQ(one_line("a\xe2\x80\xaez"), "a?z");  // U+202E: right to left
  EXPECT_EQ(one_line("a\xe2\x81\xa6z\xe2\x81\xa9"), "a?z?");
  EXPECT_EQ(one_line("a\xe2\x80\xa8z"), "a?z");  // U+2028: a line's end
  EXPECT_EQ(one_line("\xef\xbb\xbfz\xef\xbf\xbe"), "?z?");
  EXPECT_EQ(one_line("a\xc2\xadz\xe2\x80\x8b"), "a?z?");  // seen by nobody
}

TEST(OneLine, CutsAtTheLimit) {
  EXPECT_EQ(one_line("abcdefgh", 8), "abcdefgh");
  EXPECT_EQ(one_line("abcdefghi", 8), "abcde...");
  EXPECT_EQ(one_line("", 8), "");
}

TEST(OneLine, NeverCutsInsideACharacter) {
  EXPECT_EQ(one_line("abcd\xc3\xa4xyz", 8), "abcd...");
  EXPECT_EQ(one_line("abc\xc3\xa4xyz", 7), "abc...");
  EXPECT_EQ(one_line("abc\xe2\x82\xacxyz", 8), "abc...");
  EXPECT_EQ(one_line("ab\xe2\x82\xacxyz", 8), "ab\xe2\x82\xacxyz");
  EXPECT_EQ(one_line("ab\xe2\x82\xacwxyz", 8), "ab\xe2\x82\xac...");
}

TEST(WithThousands, GroupsDigits) {
  EXPECT_EQ(with_thousands(0), "0");
  EXPECT_EQ(with_thousands(999), "999");
  EXPECT_EQ(with_thousands(1000), "1,000");
  EXPECT_EQ(with_thousands(12345678), "12,345,678");
}

TEST(Counted, TellsOneFromMany) {
  EXPECT_EQ(counted(1, "spectrum", "spectra"), "1 spectrum");
  EXPECT_EQ(counted(0, "spectrum", "spectra"), "0 spectra");
  EXPECT_EQ(counted(12345, "spectrum", "spectra"), "12,345 spectra");
  EXPECT_EQ(counted(1, "row"), "1 row");
  EXPECT_EQ(counted(2, "row"), "2 rows");
}

TEST(FirstColumns, AreWholeCharacters) {
  EXPECT_EQ(columns_of("m\xc3\xa4\xe2\x82\xac"), 3U);
  EXPECT_EQ(first_columns("m\xc3\xa4\xe2\x82\xac", 2), "m\xc3\xa4");
  EXPECT_EQ(first_columns("abc", 5), "abc");
  EXPECT_EQ(first_columns("abc", 0), "");
}

TEST(Wrapped, BreaksBetweenWords) {
  EXPECT_EQ(wrapped("one two three four", 9), "one two\nthree\nfour");
  EXPECT_EQ(wrapped("one two three", 9, 2), "one two\n  three");
  EXPECT_EQ(wrapped("a verylongwordindeed b", 6), "a\nverylongwordindeed\nb");
  EXPECT_EQ(wrapped("", 6), "");
}

}  // namespace
}  // namespace specbridge
