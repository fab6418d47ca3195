#include "serve/searches.h"

#include <gtest/gtest.h>

#include <thread>

namespace specbridge {
namespace {

TEST(Searches, AreFoundByNameWhileTheyRun) {
  Searches searches;
  searches.begin("a")->tell("searching", 3, 7);
  ASSERT_NE(searches.find("a"), nullptr);
  EXPECT_EQ(searches.find("a")->state(), (Json{{"stage", "searching"}, {"done", 3}, {"total", 7}}));
  searches.end("a");
  EXPECT_EQ(searches.find("a"), nullptr);
}

TEST(Searches, HaveNamesOfTheirOwn) {
  Searches searches;
  searches.begin("a");
  EXPECT_EQ(searches.begin("a"), nullptr);
  searches.end("a");
  EXPECT_NE(searches.begin("a"), nullptr);
}

TEST(Searches, WithoutANameAreFoundByNobody) {
  Searches searches;
  EXPECT_NE(searches.begin(""), nullptr);
  EXPECT_EQ(searches.find(""), nullptr);
}

TEST(Deadline, PassesAfterItsTime) {
  const Deadline deadline(std::chrono::milliseconds(1));
  while (!deadline.passed()) std::this_thread::yield();
  SUCCEED();
}

TEST(Deadline, IsNotWaitedForOnceItIsOfNoUse) {
  const Deadline deadline(std::chrono::hours(1));
  EXPECT_FALSE(deadline.passed());
}

}  // namespace
}  // namespace specbridge
