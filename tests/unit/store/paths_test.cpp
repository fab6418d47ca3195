#include "store/paths.h"

#include <gtest/gtest.h>

#include <cstdlib>

namespace specbridge {
namespace {

/// Sets the home folder for a test.
class RecordedPath : public testing::Test {
 protected:
  RecordedPath() : before_(std::getenv("HOME") == nullptr ? "" : std::getenv("HOME")) {
    home_is("/home/ada");
  }
  ~RecordedPath() override { home_is(before_.c_str()); }
  static void home_is(const char* folder) { setenv("HOME", folder, 1); }

 private:
  std::string before_;
};

TEST_F(RecordedPath, SaysNothingOfTheHomeFolder) {
  EXPECT_EQ(recorded("/home/ada/run/hits.tsv"), "~/run/hits.tsv");
  EXPECT_EQ(recorded("/home/ada"), "~");
}

TEST_F(RecordedPath, IsAsItWasGivenElsewhere) {
  EXPECT_EQ(recorded("hits.tsv"), "hits.tsv");
  EXPECT_EQ(recorded("/home/adam/hits.tsv"), "/home/adam/hits.tsv");
  EXPECT_EQ(recorded("/data/home/ada/hits.tsv"), "/data/home/ada/hits.tsv");
  EXPECT_EQ(recorded(""), "");
}

TEST_F(RecordedPath, LeadsBackToWhereItWas) {
  for (const char* path : {"/home/ada/run/hits.tsv", "/home/ada", "hits.tsv", "/home/adam/x", ""}) {
    EXPECT_EQ(as_recorded(recorded(path)), path);
  }
  EXPECT_EQ(as_recorded("~bob/hits.tsv"), "~bob/hits.tsv");
}

TEST_F(RecordedPath, IsAsItWasGivenWithoutAHomeFolder) {
  for (const char* folder : {"", "/", "relative"}) {
    home_is(folder);
    EXPECT_EQ(recorded("/relative/hits.tsv"), "/relative/hits.tsv") << folder;
  }
}

}  // namespace
}  // namespace specbridge
