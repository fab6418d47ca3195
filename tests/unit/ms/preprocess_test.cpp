#include "ms/preprocess.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>
#include <stdexcept>

#include "specbridge/status.h"
#include "support/support.h"

namespace specbridge {
namespace {

using testing::ElementsAre;

Spectrum spectrum_of(std::vector<Peak> peaks) {
  Spectrum spectrum;
  spectrum.id = "s";
  spectrum.precursor_mz = 200.5;
  spectrum.peaks = std::move(peaks);
  return spectrum;
}

std::string status_of(const Spectrum& spectrum) {
  const auto why = refusal(spectrum);
  return std::string(why ? to_string(why->status) : "");
}

TEST(Preprocess, StartsWithThePrecursorAndScalesTheBasePeakToOne) {
  const auto input = preprocess(spectrum_of({{50, 10}, {60, 40}, {70, 20}}), {});
  EXPECT_THAT(input.rows, ElementsAre(200.5F, 1.1F, 50, 0.25F, 60, 1, 70, 0.5F));
  EXPECT_EQ(input.count(), 4U);
}

TEST(Preprocess, OrdersPeaksByMzAndEqualOnesAsInTheFile) {
  const auto input = preprocess(spectrum_of({{70, 1}, {50, 2}, {70, 4}, {50, 4}}), {});
  EXPECT_THAT(input.rows, ElementsAre(200.5F, 1.1F, 50, 0.5F, 50, 1, 70, 0.25F, 70, 1));
}

TEST(Preprocess, KeepsTheMostIntensePeaksAndOfEqualOnesTheLater) {
  PreprocessProfile profile;
  profile.max_peaks = 3;
  const auto input =
      preprocess(spectrum_of({{10, 5}, {20, 1}, {30, 5}, {40, 5}, {50, 10}}), profile);
  EXPECT_THAT(input.rows, ElementsAre(200.5F, 1.1F, 30, 0.5F, 40, 0.5F, 50, 1));
}

TEST(Preprocess, OfEqualIntensitiesTheLaterInTheFileStaysWhateverItsMz) {
  PreprocessProfile profile;
  profile.max_peaks = 1;
  EXPECT_THAT(preprocess(spectrum_of({{90, 5}, {20, 5}}), profile).rows,
              ElementsAre(200.5F, 1.1F, 20, 1));
}

TEST(Preprocess, DropsPeaksThatAreNotFiniteOrNotPositive) {
  constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
  constexpr double kInfinity = std::numeric_limits<double>::infinity();
  const auto input = preprocess(spectrum_of({{50, 0},
                                             {51, -1},
                                             {52, kNan},
                                             {kNan, 5},
                                             {kInfinity, 5},
                                             {53, kInfinity},
                                             {0, 9},
                                             {-3, 9},
                                             {1e300, 1},
                                             {54, 1e300},
                                             {60, 2}}),
                                {});
  EXPECT_THAT(input.rows, ElementsAre(200.5F, 1.1F, 60, 1));
}

TEST(Preprocess, DreamsKeepsRepeatedFaintAndHeavyPeaks) {
  EXPECT_THAT(preprocess(spectrum_of({{50, 1000}, {50, 500}, {60, 1}, {900, 10}}), {}).rows,
              ElementsAre(200.5F, 1.1F, 50, 1, 50, 0.5F, 60, 0.001F, 900, 0.01F));
}

TEST(Preprocess, AProfileMayDropPeaksFarAboveThePrecursor) {
  PreprocessProfile profile;
  profile.max_above_precursor = 2;
  EXPECT_THAT(preprocess(spectrum_of({{50, 1}, {202.5, 2}, {202.6, 9}}), profile).rows,
              ElementsAre(200.5F, 1.1F, 50, 0.5F, 202.5F, 1));
  EXPECT_EQ(refusal(spectrum_of({{900, 1}}), profile)->message,
            "every peak is far above the precursor");
}

TEST(Preprocess, AProfileMayMergePeaksOfOneMz) {
  PreprocessProfile profile;
  profile.merge_equal_mz = true;
  EXPECT_THAT(preprocess(spectrum_of({{60, 3}, {50, 1}, {60, 1}}), profile).rows,
              ElementsAre(200.5F, 1.1F, 50, 0.25F, 60, 1));
}

TEST(Preprocess, AProfileMayHaveANoiseFloorBelowTheMergedBasePeak) {
  PreprocessProfile profile;
  profile.merge_equal_mz = true;
  profile.noise_floor = 0.1;
  EXPECT_THAT(preprocess(spectrum_of({{50, 5}, {50, 5}, {60, 1}, {70, 0.9}}), profile).rows,
              ElementsAre(200.5F, 1.1F, 50, 1, 60, 0.1F));
}

TEST(Preprocess, ThrowsForASpectrumThatIsRefused) {
  EXPECT_EQ(test::message_of([] { preprocess(spectrum_of({}), {}); }),
            "s: the record has no peaks");
  EXPECT_THROW(preprocess(spectrum_of({}), {}), std::invalid_argument);
}

TEST(Refusal, AcceptsAnOrdinarySpectrum) {
  EXPECT_FALSE(refusal(spectrum_of({{50, 1}})).has_value());
}

TEST(Refusal, SaysWhyASpectrumCannotBeUsed) {
  auto spectrum = spectrum_of({{50, 0}});
  EXPECT_EQ(status_of(spectrum), "no_peaks");
  EXPECT_EQ(refusal(spectrum)->message, "the record has no peak of positive m/z and intensity");
  spectrum.precursor_mz = -2;
  EXPECT_EQ(status_of(spectrum), "no_precursor");
  EXPECT_EQ(refusal(spectrum)->message, "the precursor m/z is -2; expected a positive number");
  spectrum.precursor_mz.reset();
  EXPECT_EQ(refusal(spectrum)->message, "the record states no precursor m/z");
  spectrum.ms_level = 3;
  EXPECT_EQ(status_of(spectrum), "not_ms2");
  EXPECT_EQ(refusal(spectrum)->message, "the record is of MS level 3; expected level 2");
  spectrum.problem = "a.mgf:7: odd";
  EXPECT_EQ(status_of(spectrum), "bad_record");
  EXPECT_EQ(refusal(spectrum)->message, "a.mgf:7: odd");
}

TEST(PeakControl, ShowsEverythingOrOtherIntensitiesOrThePrecursorOnly) {
  const auto input = preprocess(spectrum_of({{50, 10}, {60, 40}}), {});
  EXPECT_EQ(controlled(input, PeakControl::none).rows, input.rows);
  EXPECT_THAT(controlled(input, PeakControl::zeroed).rows, ElementsAre(200.5F, 1.1F, 50, 0, 60, 0));
  EXPECT_THAT(controlled(input, PeakControl::flat).rows, ElementsAre(200.5F, 1.1F, 50, 1, 60, 1));
  EXPECT_THAT(controlled(input, PeakControl::precursor).rows, ElementsAre(200.5F, 1.1F));
}

TEST(PeakControl, WithholdsTheMassOfTheMolecule) {
  const auto input = preprocess(spectrum_of({{50, 10}, {199.9, 20}, {200.4, 40}, {201.5, 30}}), {});
  EXPECT_THAT(without_precursor_mz(input, 321).rows,
              ElementsAre(321, 1.1F, 50, 0.25F, 199.9F, 0.5F));
}

}  // namespace
}  // namespace specbridge
