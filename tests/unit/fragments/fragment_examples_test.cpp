#include "fragments/fragment_examples.h"

#include <gtest/gtest.h>

#include <cmath>
#include <string>
#include <vector>

#include "unit/fragments/molecules.h"

namespace specbridge {
namespace {

using test::molecule;

FragmentSpectrum spectrum_of(std::size_t molecule, double mz = 43.0542) {
  return {{{mz, 1, 0}}, {1, {KeptMetals{}}}, molecule};
}

const std::vector<Molecule> kTold = {molecule("CCCO"), molecule("CCCCN"), molecule("CCO")};
const std::vector<Decoys> kIsomersOf = {
    {molecule("CC(C)O"), molecule("CCOC")}, {molecule("CCNCC")}, {}};

std::vector<FragmentExample> examples(const std::vector<FragmentSpectrum>& spectra,
                                      std::size_t threads = 1) {
  RunContext context;
  context.threads = threads;
  return fragment_examples(spectra, kTold, kIsomersOf, {}, context);
}

TEST(FragmentExamples, HaveTheMoleculeBeforeItsDecoys) {
  const auto found = examples({spectrum_of(0), spectrum_of(1)});
  ASSERT_EQ(found.size(), 2U);
  EXPECT_EQ(found[0].molecule, 0U);
  EXPECT_EQ(found[0].candidates.size(), 3U);
  EXPECT_EQ(found[0].candidates[0].peaks().size(), 1U);  // propanol loses water
  EXPECT_EQ(found[0].candidates[2].peaks().size(), 0U);  // methoxyethane cannot, in one step
  EXPECT_EQ(found[1].molecule, 1U);
  EXPECT_EQ(found[1].candidates.size(), 2U);
}

TEST(FragmentExamples, LeaveOutWhatHasNoDecoyOrNoPeak) {
  EXPECT_TRUE(examples({spectrum_of(2)}).empty());
  EXPECT_TRUE(examples({{{}, {1, {KeptMetals{}}}, 0}}).empty());
  EXPECT_TRUE(examples({}).empty());
}

TEST(FragmentExamples, OfOneMoleculeAreFewAndShareItsWeight) {
  const auto few = examples({spectrum_of(0), spectrum_of(0)});
  ASSERT_EQ(few.size(), 2U);
  EXPECT_FLOAT_EQ(few[0].weight, 1 / std::sqrt(2.0F));
  const auto many = examples(std::vector<FragmentSpectrum>(9, spectrum_of(0)));
  ASSERT_EQ(many.size(), 4U);
  EXPECT_FLOAT_EQ(many[3].weight, 0.5F);
}

TEST(FragmentExamples, AreTheSameOnAnyNumberOfThreads) {
  std::vector<FragmentSpectrum> spectra;
  for (int i = 0; i < 20; ++i) {
    spectra.push_back(spectrum_of(static_cast<std::size_t>(i % 3), 20 + i));
  }
  const auto one = examples(spectra), two = examples(spectra, 2);
  ASSERT_EQ(one.size(), two.size());
  for (std::size_t i = 0; i < one.size(); ++i) {
    ASSERT_EQ(one[i].candidates.size(), two[i].candidates.size());
    EXPECT_EQ(one[i].molecule, two[i].molecule);
    for (std::size_t c = 0; c < one[i].candidates.size(); ++c) {
      EXPECT_EQ(one[i].candidates[c].peaks().size(), two[i].candidates[c].peaks().size());
    }
  }
}

}  // namespace
}  // namespace specbridge
