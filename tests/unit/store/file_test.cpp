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

TEST(CheckDistinct, AnOutputMayNotBeAnInputByAnyName) {
  const TemporaryFolder folder;
  const auto input = folder.write("a.mgf", "x");
  std::filesystem::create_hard_link(input, folder / "b.mgf");
  for (const auto& output : {input, folder / "b.mgf", folder / "." / "a.mgf"}) {
    EXPECT_EQ(message_of([&] { check_distinct({output}, {input}); }),
              output.string() + ": is an input and would be replaced; name another output");
  }
  check_distinct({folder / "c.tsv", "-"}, {input, "-"});
}

TEST(CheckDistinct, TwoOutputsMayNotBeOneFile) {
  const TemporaryFolder folder;
  const auto output = folder / "hits.tsv";
  EXPECT_EQ(
      message_of([&] {
        check_distinct({output, folder / "." / "hits.tsv"}, {});
      }),
      (folder / "." / "hits.tsv").string() + ": is to hold two outputs; name a file for each");
}

TEST(ReadText, JoinsLinesWhateverTheirEnds) {
  const TemporaryFolder folder;
  EXPECT_EQ(read_text(folder.write("text", "\xef\xbb\xbf{\r\n\"a\":\r1}")), "{\n\"a\":\n1}\n");
}

TEST(ReadText, HasNoLimitForALine) {
  const TemporaryFolder folder;
  const std::string line(LineReader::kMaxLineBytes + (1 << 20), 'x');
  EXPECT_EQ(read_text(folder.write("text", line)).size(), line.size() + 1);
}

TEST(LinkOrCopy, MakesTheSameFile) {
  const TemporaryFolder folder;
  link_or_copy(folder.write("from", "content"), folder / "to");
  EXPECT_EQ(test::slurp(folder / "to"), "content");
  EXPECT_TRUE(std::filesystem::equivalent(folder / "from", folder / "to"));
}

TEST(LinkOrCopy, OverwritesNothing) {
  const TemporaryFolder folder;
  folder.write("from", "new");
  const std::string to = folder.write("to", "old");
  EXPECT_EQ(message_of([&] { link_or_copy(folder / "from", to); }),
            to + ": cannot be written (File exists)");
  EXPECT_EQ(test::slurp(to), "old");
}

TEST(LinkOrCopy, NeedsAFile) {
  const TemporaryFolder folder;
  EXPECT_THROW(link_or_copy(folder / "missing", folder / "to"), OutputError);
  EXPECT_FALSE(std::filesystem::exists(folder / "to"));
}

}  // namespace
}  // namespace specbridge
