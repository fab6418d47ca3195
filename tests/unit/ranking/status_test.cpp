#include "specbridge/status.h"

#include <gtest/gtest.h>

#include <set>

#include "ranking/stated_status.h"

namespace specbridge {
namespace {

constexpr int kStatuses = static_cast<int>(Status::foreign) + 1;

TEST(Status, EveryOneHasAWordOfItsOwnThatReadsBack) {
  std::set<std::string_view> words;
  for (int i = 0; i < kStatuses; ++i) {
    const auto status = static_cast<Status>(i);
    EXPECT_TRUE(words.insert(to_string(status)).second) << to_string(status);
    EXPECT_EQ(parse_status(to_string(status)), status) << to_string(status);
  }
}

TEST(Status, TheWordsOfTheHitsTableAreThoseThatOthersRelyOn) {
  for (const char* word :
       {"ok", "no_precursor", "no_peaks", "unknown_adduct", "empty_window", "no_formula",
        "no_structure", "no_pool", "empty_pool", "bad_structure", "bad_record", "not_ms2",
        "truth_not_in_pool", "beyond_k", "left_out", "not_in_hits", "no_formula_match"}) {
    EXPECT_EQ(to_string(parse_status(word)), word);
  }
}

TEST(Status, WhatIsTheRecordsFaultHasARemedy) {
  for (int i = 0; i < kStatuses; ++i) {
    const auto status = static_cast<Status>(i);
    if (fault_of(status) != Fault::record) continue;
    EXPECT_NE(remedy_of(status), "") << to_string(status);
  }
  EXPECT_EQ(fault_of(Status::no_peaks), Fault::record);
  EXPECT_EQ(fault_of(Status::empty_window), Fault::candidates);
  EXPECT_EQ(fault_of(Status::no_formula_match), Fault::candidates);
  EXPECT_EQ(fault_of(Status::beyond_k), Fault::evaluation);
}

TEST(StatedStatus, KeepsTheWordOfAnotherProgram) {
  const StatedStatus timeout(std::string_view("timeout"));
  EXPECT_EQ(timeout.word(), "timeout");
  EXPECT_TRUE(timeout == Status::foreign);
  EXPECT_FALSE(timeout == StatedStatus(std::string_view("crashed")));
  EXPECT_TRUE(StatedStatus(std::string_view("no_peaks")) == Status::no_peaks);
}

}  // namespace
}  // namespace specbridge
