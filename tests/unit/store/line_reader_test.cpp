#include <gtest/gtest.h>

#include <filesystem>
#include <string>
#include <vector>

#include "base/random.h"
#include "lines.h"
#include "specbridge/error.h"
#include "store/line_reader.h"
#include "support/support.h"

namespace specbridge {
namespace {

using test::all_lines;
using test::message_of;
using test::TemporaryFolder;
using Lines = std::vector<std::string>;

Lines lines_of(const std::string& text) {
  return all_lines(LineReader(text, "text"));
}

TEST(LineReader, TakesEveryKindOfLineEnd) {
  EXPECT_EQ(lines_of("a\nb\n"), (Lines{"a", "b"}));
  EXPECT_EQ(lines_of("a\r\nb\r\n"), (Lines{"a", "b"}));
  EXPECT_EQ(lines_of("a\rb\r"), (Lines{"a", "b"}));
  EXPECT_EQ(lines_of("a\nb\r\nc\rd\n\re"), (Lines{"a", "b", "c", "d", "", "e"}));
}

TEST(LineReader, KeepsEmptyLines) {
  EXPECT_EQ(lines_of("\n\na\n\n"), (Lines{"", "", "a", ""}));
  EXPECT_EQ(lines_of("\r\r\n\n"), (Lines{"", "", ""}));
}

TEST(LineReader, TakesALastLineWithoutEnd) {
  EXPECT_EQ(lines_of("a\nb"), (Lines{"a", "b"}));
  EXPECT_EQ(lines_of("a"), Lines{"a"});
}

TEST(LineReader, GivesNothingForAnEmptyText) {
  const TemporaryFolder folder;
  EXPECT_EQ(lines_of(""), Lines{});
  EXPECT_EQ(all_lines(LineReader(folder.write("empty", ""))), Lines{});
}

TEST(LineReader, GivesNothingMoreAfterTheEnd) {
  LineReader reader("a\n", "text");
  EXPECT_EQ(reader.next(), "a");
  EXPECT_EQ(reader.next(), std::nullopt);
  EXPECT_EQ(reader.next(), std::nullopt);
}

TEST(LineReader, CountsLinesFromOne) {
  LineReader reader("a\r\nb\r\n\r\nc", "text");
  EXPECT_EQ(reader.line(), 0U);
  for (const std::size_t number : {1, 2, 3, 4}) {
    reader.next();
    EXPECT_EQ(reader.line(), number);
  }
  EXPECT_EQ(reader.name(), "text");
}

TEST(LineReader, DropsAByteOrderMark) {
  EXPECT_EQ(lines_of("\xef\xbb\xbf"
                     "a\nb"),
            (Lines{"a", "b"}));
  EXPECT_EQ(lines_of("\xef\xbb\xbf"), Lines{});
  EXPECT_EQ(lines_of("\xef\xbb"), Lines{"\xef\xbb"});
}

TEST(LineReader, RefusesUtf16InEitherOrder) {
  const std::string expected = "text: is UTF-16 text, expected UTF-8; save it as UTF-8";
  EXPECT_EQ(message_of([] {
              lines_of(
                  std::string("\xff\xfe"
                              "a\0",
                              4));
            }),
            expected);
  EXPECT_EQ(message_of([] { lines_of(std::string("\xfe\xff\0a", 4)); }), expected);
}

TEST(LineReader, KeepsZeroBytes) {
  const std::string text("a\0b\nc", 5);
  EXPECT_EQ(lines_of(text), (Lines{std::string("a\0b", 3), "c"}));
}

/// The lines of a file whose line end stands at every place around the end of a chunk.
TEST(LineReader, FindsLineEndsAcrossTheBufferBoundary) {
  const TemporaryFolder folder;
  for (const std::string end : {"\n", "\r\n", "\r", "\r\r\n", "\n\r"}) {
    for (std::size_t before = test::kReadAtOnce - 3; before <= test::kReadAtOnce + 1; ++before) {
      const std::string first(before, 'x');
      const auto path = folder.write("text", first + end + "second" + end);
      Lines expected = {first, "second"};
      if (end == "\r\r\n" || end == "\n\r") expected = {first, "", "second", ""};
      EXPECT_EQ(all_lines(LineReader(path)), expected) << before << " bytes, then end";
    }
  }
}

TEST(LineReader, AgreesWithASimpleSplitterOnRandomMixtures) {
  const TemporaryFolder folder;
  Random random(1);
  for (int round = 0; round < 5; ++round) {
    std::string text;
    Lines expected;
    while (text.size() < 2 * test::kReadAtOnce + 100) {
      const std::size_t length = random.below(20) == 0 ? random.below(100'000) : random.below(30);
      expected.emplace_back(length, static_cast<char>('a' + random.below(26)));
      // A lone CR must not be followed by an empty line ended by LF: that would be a CRLF.
      const bool after_cr = !text.empty() && text.back() == '\r' && length == 0;
      const std::string end = after_cr ? "\r\n" : std::vector{"\n", "\r\n", "\r"}[random.below(3)];
      text += expected.back() + end;
    }
    EXPECT_EQ(all_lines(LineReader(folder.write("text", text))), expected);
    EXPECT_EQ(lines_of(text), expected);
  }
}

TEST(LineReader, TakesALongLine) {
  const TemporaryFolder folder;
  const std::string line(5 * test::kReadAtOnce + 17, 'x');
  EXPECT_EQ(all_lines(LineReader(folder.write("text", "a\n" + line + "\nb\n"))),
            (Lines{"a", line, "b"}));
}

TEST(LineReader, RefusesALineBeyondTheLimit) {
  const TemporaryFolder folder;
  const std::string path = folder.write("text", "a\n" + std::string(3 << 20, 'x') + "\nb\n");
  EXPECT_EQ(message_of([&] { all_lines(LineReader(path, 1 << 20)); }),
            path + ":1: line is longer than 1 MiB; is this a text file?");
}

TEST(LineReader, SaysWhatItCannotRead) {
  const TemporaryFolder folder;
  const std::string missing = folder / "missing", place = folder.path();
  EXPECT_EQ(message_of([&] { LineReader{missing}; }),
            missing + ": cannot be read (No such file or directory)");
  EXPECT_EQ(message_of([&] { LineReader{place}; }), place + ": is a directory, expected a file");
  EXPECT_THROW(LineReader{missing}, InputError);
}

TEST(LineReader, TellsHowMuchItHasRead) {
  const TemporaryFolder folder;
  LineReader reader(folder.write("text", std::string(4 * test::kReadAtOnce, '\n')));
  EXPECT_EQ(reader.fraction_read(), 0);
  reader.next();
  EXPECT_GT(reader.fraction_read(), 0);
  EXPECT_LT(reader.fraction_read(), 1);
  while (reader.next()) {
  }
  EXPECT_EQ(reader.fraction_read(), 1);
  EXPECT_EQ(LineReader("a", "text").fraction_read(), 0);
}

TEST(LineReader, GoesOnAfterItIsMoved) {
  const TemporaryFolder folder;
  LineReader first(folder.write("text", "a\nb\n"));
  first.next();
  LineReader second = std::move(first);
  EXPECT_EQ(second.next(), "b");
}

}  // namespace
}  // namespace specbridge
