#include "audit/audit_report.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/json.h"

namespace specbridge {
namespace {

Metrics recall_at_1(double value) {
  Metrics metrics;
  metrics.recall[1] = value;
  return metrics;
}

AuditRun run(std::string name, SpectrumUse sight, double recall, Interval percent999) {
  AuditRun run{std::move(name), "", sight, recall_at_1(recall), {}};
  run.intervals.recall[1] = {percent999, percent999, 1};
  return run;
}

/// A model that finds a fifth, beside a blind run that does no better than chance.
AuditReport honest() {
  AuditReport report;
  report.truths = 100;
  report.random = recall_at_1(0.01);
  report.runs = {run("spectrum", SpectrumUse::whole, 0.2, {0.1, 0.3}),
                 run("mean vector", SpectrumUse::nothing, 0.02, {0.005, 0.04})};
  return report;
}

RuleResult rule(double p_chance, double p_excess) {
  RuleResult result;
  result.rule = "longest text";
  result.first = 50;
  result.by_chance = 1;
  result.standardised = 1;
  result.p_chance = p_chance;
  result.p_excess = p_excess;
  return result;
}

TEST(AuditVerdict, IsCleanWhereNothingBlindBeatsChance) {
  EXPECT_EQ(verdict_of(honest()), AuditVerdict::clean);
  EXPECT_TRUE(findings_of(honest()).empty());
}

TEST(AuditVerdict, IsAPriorWhereABlindRunBeatsChance) {
  auto report = honest();
  report.runs.push_back(run("molecules only", SpectrumUse::nothing, 0.08, {0.03, 0.13}));
  EXPECT_EQ(verdict_of(report), AuditVerdict::prior);
  EXPECT_THAT(findings_of(report),
              testing::ElementsAre("prior: \"molecules only\" reaches Recall@1 8.0 % without the "
                                   "spectrum, a random order 1.0 %"));
}

TEST(AuditVerdict, ExpectsARunThatSeesPeaksToBeatChance) {
  auto report = honest();
  report.runs.push_back(run("formula withheld", SpectrumUse::part, 0.15, {0.1, 0.2}));
  EXPECT_EQ(verdict_of(report), AuditVerdict::clean);
}

TEST(AuditVerdict, IsALeakWhereTheTextTells) {
  auto report = honest();
  report.rules = {rule(1e-9, 1e-9)};
  EXPECT_EQ(verdict_of(report), AuditVerdict::leak);
  EXPECT_THAT(
      findings_of(report),
      testing::ElementsAre("leak: \"longest text\" puts 50.0 of 100 truths first (by chance "
                           "1.0; on the standardised spelling 1.0): the text of the pools "
                           "gives truths away"));
}

TEST(AuditVerdict, IsAPriorWhereTheStandardisedTextTellsAsMuch) {
  auto report = honest();
  report.rules = {rule(1e-9, 0.5)};
  EXPECT_EQ(verdict_of(report), AuditVerdict::prior);
}

TEST(AuditVerdict, IsALeakWhereARankDependsOnTheSpelling) {
  QueryResult before, after;
  before.name.id = after.name.id = "q7";
  before.rank = 3;
  after.rank = 4;
  auto report = honest();
  report.respelled = compare_ranks(std::vector{before, before}, std::vector{before, after});
  EXPECT_EQ(verdict_of(report), AuditVerdict::leak);
  EXPECT_THAT(
      findings_of(report),
      testing::ElementsAre("leak: writing the candidates in another way changes the rank of "
                           "1 of 2 queries (\"q7\": 3 became 4); the program listens to what "
                           "it must not hear"));
}

TEST(AuditShare, IsWhatNoBlindRunReaches) {
  EXPECT_DOUBLE_EQ(*share_of_spectrum(honest()), 0.9);
  EXPECT_EQ(
      share_sentence(honest()),
      "Of the Recall@1 of 20.0 %, 2.0 % could be had without the spectrum (by \"mean vector\"): "
      "90 % of it remains for the spectrum.");
}

TEST(AuditShare, IsNotBelowZero) {
  auto report = honest();
  report.runs.push_back(run("molecules only", SpectrumUse::nothing, 0.5, {0.4, 0.6}));
  EXPECT_EQ(share_of_spectrum(report), 0);
}

TEST(AuditShare, IsUndefinedWithoutAnyHit) {
  auto report = honest();
  report.runs.front().metrics = recall_at_1(0);
  EXPECT_FALSE(share_of_spectrum(report));
  EXPECT_EQ(share_sentence(report), "No truth is first, so there is no Recall@1 to divide.");
}

TEST(AuditJson, HoldsTheVerdictEveryRuleAndEveryRun) {
  auto report = honest();
  report.rules = {rule(1e-9, 1e-9)};
  const auto json = Json::parse(to_json(report));
  EXPECT_EQ(json["schema_version"], 1);
  EXPECT_EQ(json["verdict"], "leak");
  EXPECT_EQ(json["rules"][0]["verdict"], "leak");
  EXPECT_EQ(json["rules"][0]["truths_first"], 50.0);
  EXPECT_EQ(json["runs"][1]["sees"], "nothing");
  EXPECT_EQ(json["runs"][0]["recall"]["1"], 0.2);
}

}  // namespace
}  // namespace specbridge
