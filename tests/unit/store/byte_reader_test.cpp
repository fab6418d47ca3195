#include <gtest/gtest.h>
#include <zlib.h>

#include <string>

#include "specbridge/error.h"
#include "store/byte_reader.h"
#include "store/line_reader.h"
#include "support/support.h"
#include "unit/store/lines.h"

namespace specbridge {
namespace {

using test::TemporaryFolder;

std::string all_bytes(ByteReader reader) {
  std::string bytes;
  while (reader.read(bytes)) {
  }
  return bytes;
}

std::string zlib_stream(const std::string& bytes) {
  std::string out(compressBound(bytes.size()), '\0');
  uLongf size = out.size();
  compress(reinterpret_cast<Bytef*>(out.data()), &size,
           reinterpret_cast<const Bytef*>(bytes.data()), bytes.size());
  out.resize(size);
  return out;
}

TEST(ByteReader, HandsOutEveryByteAsItIs) {
  const std::string bytes = std::string("a\r\n\0\xff", 5) + std::string(700'000, 'x');
  EXPECT_EQ(all_bytes(ByteReader(bytes, "text")), bytes);
  const TemporaryFolder folder;
  EXPECT_EQ(all_bytes(ByteReader(folder.write("text", bytes))), bytes);
}

TEST(ByteReader, LookingAheadTakesNothing) {
  const TemporaryFolder folder;
  const std::string bytes(600'000, 'x');
  ByteReader reader(folder.write("text", "ab" + bytes));
  EXPECT_EQ(reader.peek(2), "ab");
  EXPECT_EQ(reader.peek(500'000).size(), 500'000U);
  EXPECT_EQ(reader.peek(9'000'000).size(), 600'002U);
  EXPECT_EQ(all_bytes(std::move(reader)), "ab" + bytes);
}

TEST(ByteReader, LooksAheadInNothing) {
  ByteReader reader("", "text");
  EXPECT_EQ(reader.peek(10), "");
  std::string text;
  EXPECT_FALSE(reader.read(text));
}

TEST(ByteReader, LinesCanBeReadFromWhatWasLookedAt) {
  ByteReader reader(
      "\xef\xbb\xbf"
      "a\nb\n",
      "text");
  reader.peek(100);
  EXPECT_EQ(test::all_lines(LineReader(std::move(reader), 100, LongLine::refuse)),
            (std::vector<std::string>{"a", "b"}));
}

TEST(LongLine, IsCutAndSaidToBe) {
  const std::string text = "short\n" + std::string(900'000, 'x') + "\nnext\n" +
                           std::string(10, 'y') + "\n" + std::string(11, 'z');
  LineReader lines(ByteReader(text, "text"), 10, LongLine::cut);
  EXPECT_EQ(*lines.next(), "short");
  EXPECT_FALSE(lines.cut());
  EXPECT_EQ(*lines.next(), std::string(10, 'x'));
  EXPECT_TRUE(lines.cut());
  EXPECT_EQ(lines.line(), 2U);
  EXPECT_EQ(*lines.next(), "next");
  EXPECT_FALSE(lines.cut());
  EXPECT_EQ(*lines.next(), std::string(10, 'y'));
  EXPECT_FALSE(lines.cut());
  EXPECT_EQ(*lines.next(), std::string(10, 'z'));
  EXPECT_TRUE(lines.cut());
  EXPECT_FALSE(lines.next().has_value());
}

TEST(LineReader, DropsAByteOrderMarkAtTheStartOfAnyLine) {
  EXPECT_EQ(test::all_lines(LineReader("a\n\xef\xbb\xbf"
                                       "b\nc\xef\xbb\xbf\n",
                                       "text")),
            (std::vector<std::string>{"a", "b", "c\xef\xbb\xbf"}));
}

TEST(InflateZlib, GivesTheBytesBack) {
  const std::string bytes = "hello " + std::string(1'000'000, 'x');
  EXPECT_EQ(inflate_zlib(zlib_stream(bytes), 2'000'000), bytes);
  EXPECT_EQ(inflate_zlib(zlib_stream(""), 0), "");
}

TEST(InflateZlib, RefusesWhatIsDamagedCutOffOrLargerThanAllowed) {
  std::string stream = zlib_stream(std::string(100'000, 'x'));
  EXPECT_EQ(inflate_zlib(stream, 99'999), std::nullopt);
  EXPECT_EQ(inflate_zlib(stream.substr(0, stream.size() - 1), 200'000), std::nullopt);
  stream.back() = static_cast<char>(stream.back() ^ 1);
  EXPECT_EQ(inflate_zlib(stream, 200'000), std::nullopt);
  EXPECT_EQ(inflate_zlib("", 10), std::nullopt);
}

}  // namespace
}  // namespace specbridge
