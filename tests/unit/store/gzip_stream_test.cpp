#include "store/encoded/gzip_stream.h"

#include <gtest/gtest.h>

#include <string>

#include "store/byte_reader.h"

namespace specbridge {
namespace {

std::string packed(const std::string& text, std::size_t piece) {
  GzipStream stream;
  std::string bytes;
  for (std::size_t at = 0; at < text.size(); at += piece) {
    bytes += stream.add(std::string_view(text).substr(at, piece));
  }
  return bytes + stream.finish();
}

std::string unpacked(std::string bytes) {
  ByteReader reader(std::move(bytes), "f");
  std::string text;
  while (reader.read(text)) {
  }
  return text;
}

TEST(GzipStream, IsUnpackedToWhatWasAdded) {
  std::string text;
  for (std::size_t i = 0; i < 100'000; ++i) text += std::to_string(i * i % 7919) + "\n";
  for (const std::size_t piece : {std::size_t{1000}, std::size_t{65536}, text.size()}) {
    const std::string bytes = packed(text, piece);
    EXPECT_LT(bytes.size(), text.size() / 2);
    EXPECT_EQ(unpacked(bytes), text) << piece;
  }
}

TEST(GzipStream, OfNothingIsAMemberWithoutBytes) {
  EXPECT_EQ(unpacked(packed("", 1)), "");
  EXPECT_EQ(packed("", 1).substr(0, 2), "\x1f\x8b");
}

TEST(GzipStream, HasNoTimeInItsHeader) {
  const std::string header = packed("text", 4).substr(4, 4);
  EXPECT_EQ(header, std::string(4, '\0'));
}

}  // namespace
}  // namespace specbridge
