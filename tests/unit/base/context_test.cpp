#include "specbridge/context.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "specbridge/error.h"
#include "support/support.h"

namespace specbridge {
namespace {

class Recorder : public Reporter {
 public:
  void info(std::string_view text) override { said.push_back("info " + std::string(text)); }
  void warning(std::string_view text) override { said.push_back("warning " + std::string(text)); }
  void progress(std::string_view stage, std::size_t done, std::size_t total,
                std::string_view detail) override {
    said.push_back(std::string(stage) + " " + std::to_string(done) + "/" + std::to_string(total) +
                   " " + std::string(detail));
  }
  std::vector<std::string> said;
};

TEST(RunContext, HandsEverythingToItsReporter) {
  Recorder recorder;
  RunContext context;
  context.reporter = &recorder;
  context.info("a");
  context.warning("b");
  context.progress("c", 1, 2, "d");
  EXPECT_EQ(recorder.said, (std::vector<std::string>{"info a", "warning b", "c 1/2 d"}));
}

TEST(RunContext, EstimatesANumberFromAShareForReportersThatKnowNone) {
  Recorder recorder;
  RunContext context;
  context.reporter = &recorder;
  context.progress_by_share("a", 10, 0.25);
  context.progress_by_share("a", 10, 0);
  EXPECT_EQ(recorder.said, (std::vector<std::string>{"a 10/40 ", "a 10/0 "}));
}

TEST(RunContext, IsSilentWithoutReporter) {
  const RunContext context;
  EXPECT_NO_THROW(context.info("a"));
  EXPECT_NO_THROW(context.warning("b"));
  EXPECT_NO_THROW(context.progress("c", 1, 2));
  EXPECT_NO_THROW(context.progress_by_share("c", 1, 0.5));
}

TEST(RunContext, ThrowsOnceTheInterruptIsSet) {
  std::atomic<bool> interrupt{false};
  RunContext context;
  context.interrupt = &interrupt;
  EXPECT_NO_THROW(context.check_interrupt());
  interrupt = true;
  EXPECT_TRUE(context.interrupted());
  EXPECT_THROW(context.check_interrupt(), Interrupted);
  EXPECT_EQ(test::message_of([&] { context.check_interrupt(); }),
            "interrupted; nothing was published");
}

TEST(RunContext, WithoutASignalIsNeverInterrupted) {
  EXPECT_NO_THROW(RunContext{}.check_interrupt());
}

}  // namespace
}  // namespace specbridge
