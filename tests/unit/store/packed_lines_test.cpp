#include "store/encoded/packed_lines.h"

#include <gtest/gtest.h>

#include <string>
#include <thread>
#include <vector>

#include "base/random.h"
#include "specbridge/error.h"
#include "support/support.h"

namespace specbridge {
namespace {

using test::message_of;
using test::TemporaryFolder;

std::vector<std::string> some_lines(std::size_t count) {
  Random random(1);
  std::vector<std::string> lines;
  for (std::size_t i = 0; i < count; ++i) {
    lines.push_back(std::to_string(i) + std::string(random.below(200), 'C'));
  }
  return lines;
}

void write_lines(const std::string& path, const std::vector<std::string>& lines) {
  PackedLinesWriter writer(path);
  for (const auto& line : lines) writer.add(line);
  writer.finish();
}

TEST(PackedLines, ComeBackInAnyOrder) {
  const TemporaryFolder folder;
  for (const std::size_t count : {1U, 63U, 64U, 65U, 10'000U}) {
    const auto lines = some_lines(count);
    write_lines(folder / "lines", lines);
    const PackedLines packed(BlockFile(folder / "lines"), count);
    Random random(2);
    for (int i = 0; i < 500; ++i) {
      const std::size_t number = random.below(count);
      ASSERT_EQ(packed.line(number).text, lines[number]);
    }
    EXPECT_EQ(packed.line(count - 1).text, lines.back());
  }
}

TEST(PackedLines, KeepALineThatWasAskedFor) {
  const TemporaryFolder folder;
  const auto lines = some_lines(20'000);  // more blocks than are kept
  write_lines(folder / "lines", lines);
  const PackedLines packed(BlockFile(folder / "lines"), lines.size());
  const PackedLine first = packed.line(3);
  for (std::size_t i = 0; i < lines.size(); i += 32) packed.line(i);
  EXPECT_EQ(first.text, lines[3]);
}

TEST(PackedLines, AreReadFromSeveralThreads) {
  const TemporaryFolder folder;
  const auto lines = some_lines(20'000);
  write_lines(folder / "lines", lines);
  const PackedLines packed(BlockFile(folder / "lines"), lines.size());
  std::vector<std::size_t> wrong(4);
  {
    std::vector<std::jthread> threads;
    for (std::size_t t = 0; t < wrong.size(); ++t) {
      threads.emplace_back([&, t] {
        Random random(t);
        for (int i = 0; i < 2000; ++i) {
          const std::size_t number = random.below(lines.size());
          wrong[t] += packed.line(number).text == lines[number] ? 0 : 1;
        }
      });
    }
  }
  EXPECT_EQ(wrong, std::vector<std::size_t>(4));
}

TEST(PackedLines, TakeLessRoom) {
  const TemporaryFolder folder;
  const std::vector<std::string> lines(10'000, "MSBNK-1\tCCCCCn1cc(C(=O)c2cccc3ccccc23)c2ccccc21");
  write_lines(folder / "lines", lines);
  EXPECT_LT(BlockFile(folder / "lines").size(), 10'000U * 5);
}

TEST(PackedLines, MayBeNoneAndEmpty) {
  const TemporaryFolder folder;
  write_lines(folder / "none", {});
  EXPECT_THROW(PackedLines(BlockFile(folder / "none"), 0).line(0), ArtifactError);
  write_lines(folder / "empty", {"", "", "x"});
  const PackedLines packed(BlockFile(folder / "empty"), 3);
  EXPECT_EQ(packed.line(1).text, "");
  EXPECT_EQ(packed.line(2).text, "x");
}

TEST(PackedLines, RefuseAFileOfAnotherNumber) {
  const TemporaryFolder folder;
  const std::string path = folder / "lines";
  write_lines(path, some_lines(100));
  for (const std::size_t count :
       {std::size_t{0}, std::size_t{64}, std::size_t{200}, SIZE_MAX / 2}) {
    EXPECT_EQ(message_of([&] { PackedLines(BlockFile(path), count); }),
              path + ": does not hold " + std::to_string(count) + " lines; build it again");
  }
  const PackedLines fewer(BlockFile(path), 110);  // as many blocks
  EXPECT_EQ(message_of([&] { fewer.line(105); }),
            path + ": row 105 is malformed; build the library again");
}

TEST(PackedLines, RefuseBlocksThatAreNone) {
  const TemporaryFolder folder;
  const std::string path = folder / "lines";
  BlockWriter writer(path);
  const std::vector<std::uint64_t> table = {0, 8};
  writer.write("no zlib!");
  writer.write_values<std::uint64_t>(table);
  writer.finish();
  const PackedLines packed(BlockFile(path), 3);
  EXPECT_EQ(message_of([&] { packed.line(2); }),
            path + ": row 0 is malformed; build the library again");
}

}  // namespace
}  // namespace specbridge
