#include "store/spool.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <string>

#include "specbridge/error.h"
#include "support/support.h"

namespace specbridge {
namespace {

TEST(Spool, GivesLinesBackInTheirOrder) {
  Spool spool;
  const std::string large(10'000, 'x');
  spool.write("one\ntwo");
  spool.write(" and more\n" + large + "\n");
  spool.turn();
  std::string line;
  EXPECT_TRUE(spool.read(line));
  EXPECT_EQ(line, "one\n");
  EXPECT_TRUE(spool.read(line));
  EXPECT_EQ(line, "two and more\n");
  EXPECT_TRUE(spool.read(line));
  EXPECT_EQ(line, large + "\n");
  EXPECT_FALSE(spool.read(line));
}

TEST(Spool, LeavesNoFileBehind) {
  const test::TemporaryFolder folder;
  setenv("TMPDIR", folder.path().c_str(), 1);
  Spool spool;
  spool.write("text\n");
  EXPECT_TRUE(std::filesystem::is_empty(folder.path()));
  unsetenv("TMPDIR");
}

}  // namespace
}  // namespace specbridge
