#include "ms/similarity/similarity_rule.h"

#include <gtest/gtest.h>

#include "specbridge/error.h"

namespace specbridge {
namespace {

TEST(SimilarityRule, EveryKindHasANameThatReadsBack) {
  EXPECT_EQ(similarity_kinds().size(), 12U);
  for (const auto kind : similarity_kinds()) {
    EXPECT_EQ(parse_similarity_kind(to_string(kind)), kind);
    EXPECT_EQ(default_rule(kind).kind, kind);
  }
}

TEST(SimilarityRule, AnUnknownNameIsRefusedWithThoseThatAreKnown) {
  try {
    parse_similarity_kind("cosinus");
    FAIL();
  } catch (const UsageError& error) {
    const std::string said = error.what();
    EXPECT_NE(said.find("\"cosinus\" is not a score of two spectra"), std::string::npos) << said;
    EXPECT_NE(said.find("stein_scott"), std::string::npos) << said;
  }
  EXPECT_THROW(parse_preset("mist"), UsageError);
}

TEST(SimilarityRule, OnlyShiftedScoresNeedPrecursors) {
  for (const auto kind : similarity_kinds()) {
    const auto name = std::string(to_string(kind));
    const bool shifts =
        name.starts_with("modified") || name == "neutral_losses" || name == "entropy_hybrid";
    EXPECT_EQ(needs_precursor(kind), shifts) << name;
  }
}

TEST(SimilarityRule, EntropyMergesPeaksWithinTwiceTheTolerance) {
  SimilarityRule rule = default_rule(SimilarityKind::entropy);
  EXPECT_EQ(rule.cleaning.merge_within.dalton, 0.04);
  rule.tolerance = {20, 0.05};
  rule = completed(rule);
  EXPECT_EQ(rule.cleaning.merge_within.dalton, 0.1);
  EXPECT_EQ(rule.cleaning.merge_within.ppm, 40);
  EXPECT_EQ(default_rule(SimilarityKind::cosine).cleaning.merge_within.dalton, 0);
}

TEST(SimilarityRule, PresetsAreWhatTheirNamesPromise) {
  const auto gnps = parse_preset("gnps");
  EXPECT_EQ(gnps.kind, SimilarityKind::modified_cosine);
  EXPECT_EQ(gnps.min_score, 0.7);
  EXPECT_EQ(gnps.min_matched, 6U);
  EXPECT_EQ(gnps.cleaning.around_precursor, 17);
  EXPECT_EQ(gnps.cleaning.window_peaks, 6U);
  const auto massbank = parse_preset("massbank");
  EXPECT_EQ(massbank.tolerance.dalton, 0.3);
  EXPECT_EQ(massbank.mz_power, 2);
  const auto entropy = parse_preset("entropy");
  EXPECT_EQ(entropy.cleaning.below_precursor, 1.6);
  EXPECT_EQ(entropy.cleaning.merge_within.dalton, 0.05);
  EXPECT_EQ(preset_names(),
            (std::vector<std::string>{"gnps", "massbank", "entropy", "ei", "nist", "stein-scott"}));
}

TEST(SimilarityRule, PresetsOfElectronIonisationWeighHeavyPeaksAtWholeMasses) {
  const auto ei = parse_preset("ei");
  EXPECT_EQ(ei.kind, SimilarityKind::weighted_cosine);
  EXPECT_EQ(ei.mz_power, 1.3);
  EXPECT_EQ(ei.intensity_power, 0.53);
  const auto steep = parse_preset("stein-scott"), nist = parse_preset("nist");
  EXPECT_EQ(steep.kind, SimilarityKind::stein_scott);
  EXPECT_EQ(steep.mz_power, 3);
  EXPECT_EQ(nist.mz_power, 1.3);
  for (const auto& rule : {ei, steep, nist}) {
    EXPECT_EQ(rule.cleaning.unit_mass, UnitMass::round) << rule.preset;
    EXPECT_FALSE(rule.cleaning.below_precursor) << rule.preset;
  }
  EXPECT_EQ(nist.intensity_power, 0.5);
}

TEST(SimilarityRule, ARuleWrittenBeforeThereWereWholeMassesHasNone) {
  Json json = to_json(parse_preset("ei"));
  EXPECT_EQ(similarity_rule(json).cleaning.unit_mass, UnitMass::round);
  json["cleaning"].erase("unit_mass");
  EXPECT_EQ(similarity_rule(json).cleaning.unit_mass, UnitMass::none);
  json["cleaning"]["unit_mass"] = "ceiling";
  EXPECT_THROW(similarity_rule(json), UsageError);
}

TEST(SimilarityRule, WhatNoScoreCanHaveIsRefused) {
  SimilarityRule rule = default_rule(SimilarityKind::cosine);
  rule.tolerance = {0, 0};
  EXPECT_THROW(completed(rule), UsageError);
  rule.tolerance = {0, 11};
  EXPECT_THROW(completed(rule), UsageError);
  rule = default_rule(SimilarityKind::cosine);
  rule.mz_power = 11;
  EXPECT_THROW(completed(rule), UsageError);
}

TEST(SimilarityRule, ReadsBackFromJson) {
  for (const auto& name : preset_names()) {
    const Json json = to_json(parse_preset(name));
    EXPECT_EQ(to_json(similarity_rule(json)), json);
    EXPECT_EQ(json.at("preset"), name);
  }
}

}  // namespace
}  // namespace specbridge
