#include "store/encoded/gzip_base64.h"

#include <gtest/gtest.h>
#include <openssl/evp.h>
#include <zlib.h>

#include <string>

#include "base/random.h"

namespace specbridge {
namespace {

/// Bytes of base64, which has whole groups of four.
std::string decoded(const std::string& text) {
  std::string bytes(text.size() / 4 * 3 + 1, '\0');
  const int size = EVP_DecodeBlock(reinterpret_cast<unsigned char*>(bytes.data()),
                                   reinterpret_cast<const unsigned char*>(text.data()),
                                   static_cast<int>(text.size()));
  EXPECT_EQ(text.size() % 4, 0U);
  EXPECT_GE(size, 0);
  const auto padding = text.size() - text.find_last_not_of('=') - 1;
  bytes.resize(static_cast<std::size_t>(size) - padding);
  return bytes;
}

/// What zlib reads from a gzip member that is whole.
std::string unpacked(std::string bytes, std::size_t most) {
  z_stream stream{};
  constexpr int kWindowOfGzip = 15 + 16;
  EXPECT_EQ(inflateInit2(&stream, kWindowOfGzip), Z_OK);
  std::string text(most + 1, '\0');
  stream.next_in = reinterpret_cast<Bytef*>(bytes.data());
  stream.avail_in = static_cast<uInt>(bytes.size());
  stream.next_out = reinterpret_cast<Bytef*>(text.data());
  stream.avail_out = static_cast<uInt>(text.size());
  EXPECT_EQ(inflate(&stream, Z_FINISH), Z_STREAM_END);
  EXPECT_EQ(stream.avail_in, 0U);
  text.resize(stream.total_out);
  inflateEnd(&stream);
  return text;
}

TEST(GzipBase64, IsReadBackByZlib) {
  for (const std::string& text :
       {std::string(), std::string("a"), std::string("ab"), std::string("abc"),
        std::string("[1,2,3]"), std::string("a\0b\xff", 4), std::string(1'000'000, 'x')}) {
    EXPECT_EQ(unpacked(decoded(gzip_base64(text)), text.size()), text);
  }
}

TEST(GzipBase64, HoldsWhatCannotBePackedAsWell) {
  Random random(7);
  std::string noise;
  for (int i = 0; i < 100'000; ++i) noise += static_cast<char>(random.next());
  EXPECT_EQ(unpacked(decoded(gzip_base64(noise)), noise.size()), noise);
}

TEST(GzipBase64, IsOneLineOfTheAlphabetOfBase64) {
  const auto text = gzip_base64(std::string(10'000, 'x') + "end");
  EXPECT_EQ(
      text.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/="),
      std::string::npos);
}

TEST(GzipBase64, NamesNeitherTimeNorSystem) {
  const auto bytes = decoded(gzip_base64("some text"));
  EXPECT_EQ(bytes.substr(0, 4), std::string("\x1f\x8b\x08\x00", 4));
  EXPECT_EQ(bytes.substr(4, 4), std::string(4, '\0'));
  EXPECT_EQ(gzip_base64("some text"), gzip_base64("some text"));
}

TEST(GzipBase64, PacksWhatRepeats) {
  EXPECT_LT(gzip_base64(std::string(100'000, 'x')).size(), 1000U);
}

}  // namespace
}  // namespace specbridge
