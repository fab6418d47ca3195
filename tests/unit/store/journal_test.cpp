#include "store/journalled/journal.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <optional>
#include <string>

#include "specbridge/error.h"
#include "support/support.h"

namespace specbridge {
namespace {

namespace fs = std::filesystem;
using test::message_of;

class Journal : public ::testing::Test {
 protected:
  fs::path target() const { return folder_ / "out"; }
  fs::path place() const { return folder_ / "out.building"; }
  JournalledDirectory open(Begin begin, const Json& task = {{"list", "a"}},
                           Existing existing = Existing::refuse) const {
    return {target(), {"report", {"file"}}, existing, begin, task};
  }
  /// A run that ends after some steps.
  void run_to(int steps) const {
    auto journal = open(Begin::anew);
    for (int i = 1; i <= steps; ++i) {
      const fs::path made = journal.work() / ("step" + std::to_string(i));
      std::ofstream(made) << i;
      journal.record({{"step", i}}, {made});
    }
  }

  test::TemporaryFolder folder_;
};

TEST_F(Journal, GoesOnWithTheStepsThatAreDone) {
  run_to(3);
  const auto journal = open(Begin::resume);
  ASSERT_EQ(journal.steps().size(), 3U);
  EXPECT_EQ(journal.steps()[2], Json({{"step", 3}}));
  EXPECT_EQ(test::slurp(journal.work() / "step2"), "2");
}

TEST_F(Journal, BeginsAnewWhereNothingWasLeft) {
  EXPECT_TRUE(open(Begin::resume).steps().empty());
  EXPECT_FALSE(fs::exists(place()));
}

TEST_F(Journal, LeavesNothingOfARunWithoutSteps) {
  run_to(0);
  EXPECT_FALSE(fs::exists(place()));
}

TEST_F(Journal, LeavesNothingOfARunThatGivesUp) {
  {
    auto journal = open(Begin::anew);
    journal.record({{"step", 1}}, {});
    journal.give_up();
  }
  EXPECT_FALSE(fs::exists(place()));
}

TEST_F(Journal, IsNotLostToARunThatBeginsAnew) {
  run_to(2);
  EXPECT_EQ(message_of([&] { open(Begin::anew); }),
            place().string() +
                ": an interrupted run has left its work there; go on with --resume, or begin anew "
                "with --force");
  EXPECT_EQ(open(Begin::resume).steps().size(), 2U);
  EXPECT_TRUE(open(Begin::anew, {{"list", "a"}}, Existing::replace).steps().empty());
}

TEST_F(Journal, RefusesAnotherTask) {
  run_to(1);
  EXPECT_EQ(message_of([&] {
              open(Begin::resume, {{"list", "b"}, {"rows", 3}});
            }),
            place().string() +
                ": was begun with another list, rows; go on with the same, or begin anew with "
                "--force");
  EXPECT_EQ(open(Begin::resume).steps().size(), 1U);
}

TEST_F(Journal, RefusesATaskThatLacksSomething) {
  { open(Begin::anew, {{"list", "a"}, {"part", "1/2"}}).record({{"step", 1}}, {}); }
  EXPECT_EQ(message_of([&] {
              open(Begin::resume, {{"list", "a"}});
            }),
            place().string() +
                ": was begun with another part; go on with the same, or begin anew with --force");
}

TEST_F(Journal, IsHeldByOneRunAtATime) {
  const auto journal = open(Begin::anew);
  EXPECT_EQ(
      message_of([&] { open(Begin::resume); }),
      target().string() + ": another run is building it; wait for its end, or name another output");
}

TEST_F(Journal, EndsWithTheLastWholeLineWhereverItIsCutOff) {
  run_to(3);
  const std::string whole = test::slurp(place() / "journal");
  for (std::size_t length = whole.size(); length > 0; --length) {
    folder_.write("out.building/journal", whole.substr(0, length));
    const auto lines = static_cast<std::size_t>(
        std::count(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(length), '\n'));
    if (lines < 2) break;  // no step is left: a new run begins
    auto journal = open(Begin::resume);
    EXPECT_EQ(journal.steps().size(), lines - 1);
    journal.record({{"step", "next"}}, {});
    const std::string now = test::slurp(place() / "journal");
    EXPECT_EQ(std::count(now.begin(), now.end(), '\n'), static_cast<std::ptrdiff_t>(lines + 1));
  }
}

TEST_F(Journal, DoesNotTrustALineThatWasChanged) {
  run_to(3);
  std::string text = test::slurp(place() / "journal");
  text[text.rfind("3")] = '9';
  folder_.write("out.building/journal", text);
  EXPECT_EQ(open(Begin::resume).steps().size(), 2U);
}

TEST_F(Journal, PublishesTheOutputAlone) {
  {
    auto journal = open(Begin::anew);
    std::ofstream(journal.output() / "file") << "content";
    journal.record({{"step", 1}}, {journal.output()});
    journal.commit();
  }
  EXPECT_EQ(test::slurp(target() / "file"), "content");
  EXPECT_FALSE(fs::exists(place()));
}

TEST_F(Journal, RefusesAnOutputThatExists) {
  fs::create_directory(target());
  EXPECT_EQ(message_of([&] { open(Begin::anew); }),
            target().string() + ": exists already; choose another name or replace it with --force");
}

}  // namespace
}  // namespace specbridge
