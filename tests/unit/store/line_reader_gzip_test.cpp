#include <gtest/gtest.h>
#include <zlib.h>

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

const std::string kDamaged = "the gzip stream is damaged; fetch the file again";
const std::string kTruncated =
    "the gzip stream ends too early; the file is truncated, fetch it again";

/// One gzip member.
std::string gz(std::string text, int level = 6) {
  z_stream stream{};
  deflateInit2(&stream, level, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY);
  std::string packed(deflateBound(&stream, text.size()) + 64, '\0');
  stream.next_in = reinterpret_cast<Bytef*>(text.data());
  stream.avail_in = static_cast<uInt>(text.size());
  stream.next_out = reinterpret_cast<Bytef*>(packed.data());
  stream.avail_out = static_cast<uInt>(packed.size());
  EXPECT_EQ(deflate(&stream, Z_FINISH), Z_STREAM_END);
  packed.resize(stream.total_out);
  deflateEnd(&stream);
  return packed;
}

Lines lines_in(const std::string& bytes) {
  return all_lines(LineReader(bytes, "text.gz"));
}

std::string many_lines(std::size_t bytes) {
  Random random(bytes);
  std::string text;
  while (text.size() < bytes) {
    text += std::to_string(random.next());
    text += '\n';
  }
  return text;
}

TEST(LineReaderGzip, IsToldByContentNotByName) {
  const TemporaryFolder folder;
  EXPECT_EQ(all_lines(LineReader(folder.write("text.mgf", gz("a\nb\n")))), (Lines{"a", "b"}));
  EXPECT_EQ(all_lines(LineReader(folder.write("text.gz", "a\nb\n"))), (Lines{"a", "b"}));
}

TEST(LineReaderGzip, ReadsALongTextAsThePlainOne) {
  const TemporaryFolder folder;
  const std::string text = many_lines(3'000'000);
  const Lines expected = all_lines(LineReader(text, "text"));
  for (const int level : {0, 1, 9}) {
    EXPECT_EQ(all_lines(LineReader(folder.write("text.gz", gz(text, level)))), expected) << level;
  }
}

TEST(LineReaderGzip, JoinsMembersToOneText) {
  EXPECT_EQ(lines_in(gz("a\nb") + gz("c\nd\n") + gz("") + gz("e")), (Lines{"a", "bc", "d", "e"}));
  EXPECT_EQ(lines_in(gz("a\r") + gz("\nb\n")), (Lines{"a", "b"}));
}

TEST(LineReaderGzip, JoinsMembersThatEndAtTheBufferBoundary) {
  const TemporaryFolder folder;
  // Stored, not packed: the length of the member follows from the length of the text.
  const std::size_t overhead =
      gz(std::string(test::kReadAtOnce - 200, 'x'), 0).size() - (test::kReadAtOnce - 200);
  for (std::size_t shift = 0; shift < 12; ++shift) {
    const std::string first(test::kReadAtOnce - overhead - 6 + shift, 'x');
    const auto path = folder.write("text.gz", gz(first + "\n", 0) + gz("b\n"));
    EXPECT_EQ(all_lines(LineReader(path)), (Lines{first, "b"})) << shift;
  }
}

TEST(LineReaderGzip, TakesAnEmptyMember) {
  EXPECT_EQ(lines_in(gz("")), Lines{});
}

TEST(LineReaderGzip, DropsAByteOrderMarkInside) {
  EXPECT_EQ(lines_in(gz("\xef\xbb\xbf"
                        "a\n")),
            Lines{"a"});
}

TEST(LineReaderGzip, TakesZerosAfterTheEnd) {
  const TemporaryFolder folder;
  EXPECT_EQ(lines_in(gz("a\n") + std::string(1000, '\0')), Lines{"a"});
  const std::string tape(2 * test::kReadAtOnce + 100, '\0');
  EXPECT_EQ(all_lines(LineReader(folder.write("text.gz", gz("a\n") + tape))), Lines{"a"});
}

TEST(LineReaderGzip, RefusesATruncatedStreamAtEveryLength) {
  const std::string packed = gz("a\nb\n" + many_lines(500));
  for (std::size_t length = 3; length < packed.size(); ++length) {
    const std::string message = message_of([&] { lines_in(packed.substr(0, length)); });
    EXPECT_TRUE(message.ends_with(kTruncated)) << length << ": " << message;
  }
}

TEST(LineReaderGzip, SaysAtWhichLineTheStreamEnds) {
  const std::string text = many_lines(1'000'000);
  const std::string packed = gz(text);
  LineReader reader(packed.substr(0, packed.size() / 2), "text.gz");
  std::size_t lines = 0;
  const std::string message = message_of([&] {
    while (reader.next()) ++lines;
  });
  EXPECT_GT(lines, 10'000U);
  EXPECT_EQ(message, "text.gz:" + std::to_string(lines) + ": " + kTruncated);
}

TEST(LineReaderGzip, RefusesATruncatedSecondMember) {
  const std::string second = gz("b\nc\n");
  EXPECT_EQ(message_of([&] { lines_in(gz("a\n") + second.substr(0, second.size() - 1)); }),
            "text.gz:3: " + kTruncated);
}

TEST(LineReaderGzip, NeverGivesAnotherTextWhenABitIsFlipped) {
  const std::string text = "a\nb\n" + many_lines(300);
  const Lines expected = all_lines(LineReader(text, "text"));
  const std::string packed = gz(text);
  std::size_t unnoticed = 0;
  for (std::size_t at = 10; at < packed.size(); ++at) {  // behind the header
    for (unsigned bit = 0; bit < 8; ++bit) {
      std::string damaged = packed;
      damaged[at] = static_cast<char>(static_cast<unsigned char>(damaged[at]) ^ (1U << bit));
      const std::string message = message_of([&] { EXPECT_EQ(lines_in(damaged), expected) << at; });
      unnoticed += message.empty() ? 1 : 0;
    }
  }
  EXPECT_LT(unnoticed, 8U);  // the bits that fill up the last byte before the checksum
}

TEST(LineReaderGzip, SaysThatAStreamIsDamaged) {
  std::string packed = gz("a\nb\n");
  packed[packed.size() - 8] = static_cast<char>(packed[packed.size() - 8] ^ 1);
  EXPECT_EQ(message_of([&] { lines_in(packed); }), "text.gz: " + kDamaged);
}

TEST(LineReaderGzip, RefusesBytesAfterTheEnd) {
  const std::string member = gz("a\nbcd\n");
  const std::string expected = "text.gz:2: bytes after the end of the gzip stream";
  EXPECT_EQ(message_of([&] { lines_in(member + "garbage"); }), expected);
  EXPECT_EQ(message_of([&] { lines_in(member + std::string(100, '\0') + "garbage"); }), expected);
}

TEST(LineReaderGzip, RefusesUtf16Inside) {
  EXPECT_EQ(message_of([] {
              lines_in(
                  gz(std::string("\xff\xfe"
                                 "a\0",
                                 4)));
            }),
            "text.gz: is UTF-16 text, expected UTF-8; save it as UTF-8");
}

TEST(LineReaderGzip, RefusesALineBeyondTheLimit) {
  const TemporaryFolder folder;
  const std::string path = folder.write("bomb.gz", gz(std::string(8 << 20, 'x')));
  EXPECT_EQ(message_of([&] { all_lines(LineReader(path, 2 << 20)); }),
            path + ": line is longer than 2 MiB; is this a text file?");
}

TEST(LineReaderGzip, TakesTheMagicNumberAloneForATruncatedStream) {
  EXPECT_THROW(lines_in("\x1f\x8b"), InputError);
  EXPECT_EQ(lines_in("\x1f"), Lines{"\x1f"});
}

}  // namespace
}  // namespace specbridge
