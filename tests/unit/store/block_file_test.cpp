#include "store/block_file.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <string>
#include <thread>
#include <vector>

#include "base/random.h"
#include "specbridge/error.h"
#include "support/support.h"

namespace specbridge {
namespace {

namespace fs = std::filesystem;
using test::message_of;
using test::TemporaryFolder;

constexpr std::size_t kBlock = 1 << 20;
constexpr std::size_t kFrame = 64;

std::string noise(std::size_t size) {
  Random random(size);
  std::string bytes(size, '\0');
  for (char& byte : bytes) byte = static_cast<char>(random.next());
  return bytes;
}

fs::path written(const fs::path& path, std::string_view bytes) {
  BlockWriter writer(path);
  writer.write(bytes);
  writer.finish();
  return path;
}

void flip_bit(const fs::path& path, std::size_t at, unsigned bit) {
  std::fstream file(path, std::ios::in | std::ios::out | std::ios::binary);
  file.seekg(static_cast<std::streamoff>(at));
  const int byte = file.get();
  file.seekp(static_cast<std::streamoff>(at));
  file.put(static_cast<char>(static_cast<unsigned>(byte) ^ (1U << bit)));
}

void read_everything(const fs::path& path) {
  BlockFile(path).verify();
}

TEST(BlockFile, GivesBackWhatWasWrittenAtEveryBlockBoundary) {
  const TemporaryFolder folder;
  for (const std::size_t size : {std::size_t{0}, std::size_t{1}, kBlock - 1, kBlock, kBlock + 1,
                                 2 * kBlock, 2 * kBlock + 5}) {
    const std::string bytes = noise(size);
    const BlockFile file(written(folder / "file", bytes));
    EXPECT_EQ(file.size(), size);
    EXPECT_EQ(file.bytes(0, size), bytes) << size;
    EXPECT_NO_THROW(file.verify());
    const std::size_t blocks = (size + kBlock - 1) / kBlock;
    EXPECT_EQ(fs::file_size(folder / "file"), 2 * kFrame + size + 8 * blocks);
  }
}

TEST(BlockFile, DoesNotDependOnHowTheBytesWereHandedOver) {
  const TemporaryFolder folder;
  const std::string bytes = noise(kBlock + 1000);
  written(folder / "whole", bytes);
  BlockWriter writer(folder / "parts");
  Random random(1);
  for (std::size_t at = 0; at < bytes.size();) {
    const std::size_t part = std::min<std::size_t>(random.below(5000), bytes.size() - at);
    writer.write(std::string_view(bytes).substr(at, part));
    at += part;
    EXPECT_EQ(writer.size(), at);
  }
  writer.finish();
  EXPECT_EQ(test::slurp(folder / "parts"), test::slurp(folder / "whole"));
}

TEST(BlockFile, ReadsAcrossBlocks) {
  const TemporaryFolder folder;
  const std::string bytes = noise(2 * kBlock);
  const BlockFile file(written(folder / "file", bytes));
  EXPECT_EQ(file.bytes(kBlock - 3, 6), std::string_view(bytes).substr(kBlock - 3, 6));
  EXPECT_EQ(file.bytes(bytes.size() - 1, 1), bytes.substr(bytes.size() - 1));
  EXPECT_EQ(file.bytes(bytes.size(), 0), "");
}

TEST(BlockFile, HoldsValuesOfAnyType) {
  const TemporaryFolder folder;
  const std::vector<double> values = {1.5, -2, 1e300};
  BlockWriter writer(folder / "file");
  writer.write_values(std::span(values));
  writer.finish();
  const BlockFile file(folder / "file");
  const auto read = file.values<double>(1, 2);
  EXPECT_EQ(std::vector<double>(read.begin(), read.end()), (std::vector<double>{-2, 1e300}));
}

TEST(BlockFile, RefusesToReadBeyondItsEnd) {
  const TemporaryFolder folder;
  const std::string path = written(folder / "file", "0123456789");
  const BlockFile file(path);
  EXPECT_EQ(message_of([&] { file.bytes(8, 3); }),
            path + ": bytes 8 to 11 lie beyond its 10; make or copy it again");
  EXPECT_THROW(file.bytes(11, 0), ArtifactError);
  EXPECT_THROW(file.bytes(1, UINT64_MAX), ArtifactError);
  EXPECT_THROW(file.values<double>(1, 1), ArtifactError);
}

TEST(BlockFile, FindsEverySingleFlippedBit) {
  const TemporaryFolder folder;
  for (const std::size_t size : {0, 1, 300}) {
    const fs::path path = written(folder / "file", noise(size));
    for (std::size_t at = 0; at < fs::file_size(path); ++at) {
      for (unsigned bit = 0; bit < 8; ++bit) {
        flip_bit(path, at, bit);
        EXPECT_THROW(read_everything(path), ArtifactError) << size << " bytes, byte " << at;
        flip_bit(path, at, bit);
      }
    }
    EXPECT_NO_THROW(read_everything(path));
  }
}

TEST(BlockFile, FindsAFlippedBitInEveryBlock) {
  const TemporaryFolder folder;
  const fs::path path = written(folder / "file", noise(2 * kBlock + 1));
  for (const std::size_t at : {kFrame, kFrame + kBlock - 1, kFrame + kBlock, kFrame + kBlock + 77,
                               kFrame + 2 * kBlock - 1, kFrame + 2 * kBlock}) {
    flip_bit(path, at, 3);
    EXPECT_THROW(read_everything(path), ArtifactError) << at;
    flip_bit(path, at, 3);
  }
  EXPECT_NO_THROW(read_everything(path));
}

TEST(BlockFile, TellsADamagedBlockWhenItIsTouchedAndNotBefore) {
  const TemporaryFolder folder;
  const std::string path = written(folder / "file", noise(3 * kBlock));
  flip_bit(path, kFrame + kBlock + 5, 0);
  const BlockFile file(path);
  EXPECT_NO_THROW(file.bytes(0, kBlock));
  EXPECT_NO_THROW(file.bytes(2 * kBlock, kBlock));
  const std::string message =
      path + ": block 2 of 3 is damaged (checksum does not hold); make or copy it again";
  EXPECT_EQ(message_of([&] { file.bytes(kBlock - 1, 2); }), message);
  EXPECT_EQ(message_of([&] { file.verify(); }), message);
}

TEST(BlockFile, RefusesExchangedBlocks) {
  const TemporaryFolder folder;
  const std::string bytes = noise(2 * kBlock);
  const std::string path = written(folder / "file", bytes);
  std::string all = test::slurp(path);
  all.replace(kFrame, 2 * kBlock, bytes.substr(kBlock) + bytes.substr(0, kBlock));
  const std::size_t table = kFrame + 2 * kBlock;
  all.replace(table, 16, all.substr(table + 8, 8) + all.substr(table, 8));
  folder.write("file", all);
  EXPECT_THROW(read_everything(path), ArtifactError);
}

TEST(BlockFile, RefusesATruncatedFileAtEveryLength) {
  const TemporaryFolder folder;
  const std::string all = test::slurp(written(folder / "file", noise(100)));
  for (std::size_t length = 0; length < all.size(); ++length) {
    const fs::path path = folder.write("short", all.substr(0, length));
    EXPECT_THROW(BlockFile{path}, ArtifactError) << length;
  }
}

TEST(BlockFile, SaysWhatIsWrong) {
  const TemporaryFolder folder;
  const std::string all = test::slurp(written(folder / "file", noise(2 * kBlock)));
  const auto message_for = [&](const std::string& bytes) {
    const std::string path = folder.write("file", bytes);
    const std::string message = message_of([&] { BlockFile{path}; });
    return message.substr(std::min(message.size(), path.size() + 2));
  };
  EXPECT_EQ(message_for(""), "is empty or cannot be mapped; make or copy it again");
  EXPECT_EQ(message_for("text"), "is not a block file of this program; make or copy it again");
  EXPECT_EQ(message_for(std::string(1000, 'x')),
            "is not a block file of this program; make or copy it again");
  const std::string damaged_footer =
      "is truncated or damaged (its footer does not fit its length); make or copy it again";
  EXPECT_EQ(message_for(all.substr(0, all.size() - 1)), damaged_footer);
  EXPECT_EQ(message_for(all.substr(0, kBlock)), damaged_footer);
  EXPECT_EQ(message_for(all + "x"), damaged_footer);
  std::string newer = all;
  newer[8] = 2;
  EXPECT_EQ(message_for(newer), "was written by a newer specbridge; make or copy it again");
  std::string table = all;
  table[kFrame + 2 * kBlock] = static_cast<char>(table[kFrame + 2 * kBlock] ^ 1);
  EXPECT_EQ(message_for(table), "its checksum table is damaged; make or copy it again");
  const std::string missing = folder / "missing";
  EXPECT_EQ(message_of([&] { BlockFile{missing}; }),
            missing + ": cannot be read (No such file or directory); make or copy it again");
}

TEST(BlockFile, RefusesAFileThatWasNeverFinished) {
  const TemporaryFolder folder;
  { BlockWriter(folder / "file").write(noise(1000)); }
  EXPECT_THROW(BlockFile{folder / "file"}, ArtifactError);
}

TEST(BlockFile, RefusesAFooterThatClaimsAnAbsurdSize) {
  const TemporaryFolder folder;
  std::string all = test::slurp(written(folder / "file", "abc"));
  for (std::size_t i = 0; i < 8; ++i) all[all.size() - kFrame + 8 + i] = '\xff';
  EXPECT_THROW(BlockFile{folder.write("file", all)}, ArtifactError);
}

TEST(BlockFile, IsReadFromSeveralThreadsAtOnce) {
  const TemporaryFolder folder;
  const std::string bytes = noise(4 * kBlock);
  const BlockFile file(written(folder / "file", bytes));
  std::vector<int> equal(4);
  {
    std::vector<std::jthread> threads;
    for (std::size_t i = 0; i < equal.size(); ++i) {
      threads.emplace_back([&, i] { equal[i] = file.bytes(0, bytes.size()) == bytes ? 1 : 0; });
    }
  }
  EXPECT_EQ(equal, (std::vector<int>{1, 1, 1, 1}));
}

TEST(BlockWriter, SaysWhenTheDiskIsFull) {
  if (!fs::exists("/dev/full")) GTEST_SKIP() << "this system has no /dev/full";
  BlockWriter writer("/dev/full");
  EXPECT_EQ(message_of([&] {
              writer.write("abc");
              writer.finish();
            }),
            "/dev/full: cannot be written (No space left on device)");
}

TEST(BlockWriter, SaysWhereItCannotWrite) {
  const TemporaryFolder folder;
  const std::string path = folder / "no/file";
  EXPECT_EQ(message_of([&] { BlockWriter{path}; }),
            path + ": cannot be written (No such file or directory)");
}

}  // namespace
}  // namespace specbridge
