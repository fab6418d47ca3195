#include "store/file.h"

#include <gtest/gtest.h>

#include <filesystem>

#include "specbridge/error.h"
#include "store/byte_reader.h"
#include "store/line_reader.h"
#include "support/support.h"

namespace specbridge {
namespace {

using test::message_of;
using test::TemporaryFolder;

// Source of the digests: FIPS 180-4 examples.
constexpr const char* kSha256OfNothing =
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
constexpr const char* kSha256OfAbc =
    "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
constexpr const char* kSha256OfAMillionA =
    "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0";

TEST(Sha256, GivesThePublishedDigests) {
  EXPECT_EQ(sha256(""), kSha256OfNothing);
  EXPECT_EQ(sha256("abc"), kSha256OfAbc);
  EXPECT_EQ(sha256(std::string(1'000'000, 'a')), kSha256OfAMillionA);
}

TEST(Sha256, OfAFileIsThatOfItsBytes) {
  const TemporaryFolder folder;
  EXPECT_EQ(sha256_of_file(folder.write("empty", "")), kSha256OfNothing);
  EXPECT_EQ(sha256_of_file(folder.write("abc", "abc")), kSha256OfAbc);
  EXPECT_EQ(sha256_of_file(folder.write("long", std::string(1'000'000, 'a'))), kSha256OfAMillionA);
  const std::string over_a_chunk((1 << 20) + 1, 'b');
  EXPECT_EQ(sha256_of_file(folder.write("chunk", over_a_chunk)), sha256(over_a_chunk));
}

TEST(XxHash64, GivesThePublishedValues) {
  EXPECT_EQ(xxhash64(""), 0xef46db3751d8e999U);
  EXPECT_EQ(xxhash64("a"), 0xd24ec4f1a98c6e5bU);
  EXPECT_EQ(xxhash64("abc"), 0x44bc2cf5ad770999U);
  EXPECT_EQ(xxhash64("Nobody inspects the spammish repetition"), 0xfbcea83c8a378bf1U);
}

TEST(ReadFile, GivesEveryByte) {
  const TemporaryFolder folder;
  const std::string bytes("a\r\n\0\xff\x1a", 6);
  EXPECT_EQ(read_file(folder.write("bytes", bytes)), bytes);
  EXPECT_EQ(read_file(folder.write("empty", "")), "");
  const std::string over_a_chunk = std::string(1 << 20, 'a') + "b";
  EXPECT_EQ(read_file(folder.write("chunk", over_a_chunk)), over_a_chunk);
}

TEST(ReadFile, SaysWhyAFileCannotBeRead) {
  const TemporaryFolder folder;
  const std::string missing = folder / "missing", place = folder.path();
  EXPECT_EQ(message_of([&] { read_file(missing); }),
            missing + ": cannot be read (No such file or directory)");
  EXPECT_EQ(message_of([&] { read_file(place); }), place + ": is a directory, expected a file");
  EXPECT_THROW(sha256_of_file(missing), InputError);
}

TEST(CheckReadable, WantsAFileThatIsThere) {
  const TemporaryFolder folder;
  check_readable(folder.write("a", ""));
  EXPECT_EQ(message_of([&] { check_readable(folder / "b"); }),
            (folder / "b").string() + ": cannot be read (No such file or directory)");
  EXPECT_EQ(message_of([&] { check_readable(folder.path()); }),
            folder.path().string() + ": is a directory, expected a file");
}

TEST(ReadText, JoinsLinesWhateverTheirEnds) {
  const TemporaryFolder folder;
  EXPECT_EQ(read_text(folder.write("text", "\xef\xbb\xbf{\r\n\"a\":\r1}")), "{\n\"a\":\n1}\n");
}

TEST(ReadText, IsForSmallFiles) {
  const TemporaryFolder folder;
  const std::string line(LineReader::kMaxLineBytes / 4 + 1, 'x');
  EXPECT_THROW(read_text(folder.write("line", line)), InputError);
  std::string lines;
  for (int i = 0; i < 18; ++i) lines += std::string(1 << 20, 'x') + "\n";
  EXPECT_EQ(message_of([&] { read_text(folder.write("lines", lines)); }),
            (folder / "lines").string() + ": holds more than 16,777,216 bytes of text");
}

}  // namespace
}  // namespace specbridge
