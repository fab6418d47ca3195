#include "pipeline/training/replicate_validation.h"

#include <gtest/gtest.h>

#include <cmath>

namespace specbridge {
namespace {

Example spectrum(std::size_t molecule, double precursor_mz, int ion_mode = 1) {
  return {{{static_cast<float>(precursor_mz), 1.1F, 50, 1}}, molecule, ion_mode};
}

/// Unit vectors at these angles (degrees) in a plane.
Matrix at_angles(const std::vector<double>& degrees) {
  Matrix vectors(degrees.size(), 2);
  for (std::size_t i = 0; i < degrees.size(); ++i) {
    vectors.row(i)[0] = static_cast<float>(std::cos(degrees[i] * M_PI / 180));
    vectors.row(i)[1] = static_cast<float>(std::sin(degrees[i] * M_PI / 180));
  }
  return vectors;
}

std::unique_ptr<Validation> validation_of(std::vector<Example> examples) {
  static const RunContext context;
  LabelledSpectra labelled;
  labelled.examples = std::move(examples);
  return make_replicate_validation(std::move(labelled), 10, context);
}

TEST(EqualPrecursors, AreWithinThePartsPerMillionOfTheLarger) {
  const std::vector<Example> examples = {spectrum(0, 500.0), spectrum(1, 500.004),
                                         spectrum(2, 499.994), spectrum(3, 600)};
  EXPECT_EQ(equal_precursors(examples, 10),
            (std::vector<std::vector<std::size_t>>{{1}, {0}, {}, {}}));
}

TEST(EqualPrecursors, AreOfOneIonModeUnlessItIsNotKnown) {
  const std::vector<Example> examples = {spectrum(0, 500, 1), spectrum(1, 500, -1),
                                         spectrum(2, 500, 0)};
  EXPECT_EQ(equal_precursors(examples, 10),
            (std::vector<std::vector<std::size_t>>{{2}, {2}, {0, 1}}));
}

TEST(ReplicateValidation, CountsSpectraWhoseMoleculeHasAnother) {
  const auto validation = validation_of(
      {spectrum(0, 300), spectrum(0, 300), spectrum(1, 300), spectrum(2, 400), spectrum(2, 422)});
  EXPECT_EQ(validation->spectra(), 4U);     // molecule 1 has one only
  EXPECT_EQ(validation->answerable(), 2U);  // the two of molecule 2 differ in precursor
  EXPECT_EQ(validation->inputs().size(), 5U);
}

TEST(ReplicateValidation, RanksByTheNearestSpectrumOfEachMolecule) {
  // From 0: replicate at 40; molecule 1 at 20 and 30 (one molecule ahead): rank 2.
  // From 40: replicate 40 away, molecule 1 at 10: rank 2. Molecule 1: 10 apart, both rank 1.
  const auto validation =
      validation_of({spectrum(0, 300), spectrum(0, 300), spectrum(1, 300), spectrum(1, 300)});
  const auto figures = validation->figures(at_angles({0, 40, 20, 29}));
  EXPECT_DOUBLE_EQ(figures.recall_at_1, 0.5);
  EXPECT_DOUBLE_EQ(figures.recall_at_5, 1);
  EXPECT_DOUBLE_EQ(figures.mrr, 0.75);
}

TEST(ReplicateValidation, CountsTiesAndMissingReplicatesAgainstUs) {
  const auto tie = validation_of({spectrum(0, 300), spectrum(0, 300), spectrum(1, 300)});
  EXPECT_DOUBLE_EQ(tie->figures(at_angles({0, 0, 0})).recall_at_1, 0);
  const auto apart = validation_of({spectrum(0, 300), spectrum(0, 322)});
  const auto figures = apart->figures(at_angles({0, 0}));
  EXPECT_DOUBLE_EQ(figures.recall_at_20, 0);
  EXPECT_DOUBLE_EQ(figures.mrr, 0);
}

TEST(ShuffleLabels, KeepsHowManySpectraAMoleculeHas) {
  std::vector<Example> examples;
  for (std::size_t i = 0; i < 60; ++i)
    examples.push_back(spectrum(i / 3, 100.0 + static_cast<double>(i)));
  const auto before = examples;
  shuffle_labels(examples, 1);
  std::vector<std::size_t> count(20);
  std::size_t kept = 0;
  for (std::size_t i = 0; i < examples.size(); ++i) {
    ++count[examples[i].molecule];
    EXPECT_EQ(examples[i].precursor_mz(), before[i].precursor_mz());
    kept += examples[i].molecule == before[i].molecule ? 1 : 0;
  }
  EXPECT_EQ(count, std::vector<std::size_t>(20, 3));
  EXPECT_LT(kept, 15U);
}

}  // namespace
}  // namespace specbridge
