#include "fragments/fragment_model.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <string>
#include <vector>

#include "unit/fragments/molecules.h"

namespace specbridge {
namespace {

using test::fragmented;

const FragmentedIon kProtonated{1, {KeptMetals{}}};
const std::vector<FragmentPeak> kPeaks = {{121.0284, 1, 0}, {163.0390, 0.25F, 1}, {50, 0.1F, 2}};

CandidateFeatures features_of(const std::string& smiles,
                              const std::vector<FragmentPeak>& peaks = kPeaks) {
  const auto molecule = fragmented(smiles);
  FragmentIdentities identities(molecule);
  return candidate_features(peaks, molecule, identities, kProtonated);
}

/// Every feature of a candidate, in an order of its own.
std::multiset<std::uint32_t> all_features(const CandidateFeatures& candidate) {
  std::multiset<std::uint32_t> all;
  for (const auto& peak : candidate.peaks()) {
    for (std::size_t h = peak.first; h < peak.last; ++h) {
      for (const auto feature : candidate.features(h)) all.insert(feature);
    }
  }
  return all;
}

TEST(CandidateFeatures, AreThoseOfThePeaksThatItExplains) {
  const auto aspirin = features_of("CC(=O)Oc1ccccc1C(=O)O");
  ASSERT_EQ(aspirin.peaks().size(), 2U);
  EXPECT_EQ(aspirin.peaks()[0].weight, 1);
  EXPECT_EQ(aspirin.peaks()[1].weight, 0.5F);
  EXPECT_GT(aspirin.peaks()[0].last, aspirin.peaks()[0].first);
  EXPECT_EQ(aspirin.peaks()[1].first, aspirin.peaks()[0].last);
}

TEST(CandidateFeatures, DoNotHangOnTheOrderOfAtoms) {
  // The same graph, its atoms in another order.
  StructureGraph graph = test::graph_of("CC(=O)Oc1ccccc1C(=O)O"), turned = graph;
  const auto last = static_cast<std::uint16_t>(graph.atoms.size() - 1);
  std::ranges::reverse(turned.atoms);
  for (auto& bond : turned.bonds) {
    const auto first = static_cast<std::uint16_t>(last - bond.second);
    bond.second = static_cast<std::uint16_t>(last - bond.first);
    bond.first = first;
  }
  std::ranges::sort(turned.bonds);
  const auto of = [](StructureGraph structure) {
    const auto molecule = fragment(std::move(structure));
    FragmentIdentities identities(molecule);
    CandidateFeatures features;
    for (auto& peak : explain_peaks(kPeaks, molecule, kProtonated)) {
      // All hypotheses of one cost, so that none is cut off in another order.
      features.add({peak.peak, hypotheses_of(peak.peak, molecule, kProtonated, 10'000)}, molecule,
                   identities, kProtonated);
    }
    return all_features(features);
  };
  EXPECT_EQ(of(graph), of(turned));
}

TEST(CandidateFeatures, TellIsomersApart) {
  EXPECT_NE(all_features(features_of("CC(=O)Oc1ccccc1C(=O)O")),
            all_features(features_of("CC(=O)Oc1ccc(C(=O)O)cc1")));
}

TEST(FragmentModel, BeginsWithACostForEveryBond) {
  const FragmentModel model;
  const auto candidate = features_of("CCO", {{28.0313001 + 1.00782503 - kElectronMass, 0.25F, 0}});
  ASSERT_EQ(candidate.peaks().size(), 1U);
  // One broken bond; the same feature may stand for others as well, but not here.
  EXPECT_NEAR(model.score(candidate), 0.5 * (0.3 - 0.1), 1e-6);
}

TEST(FragmentModel, ScoresByTheBestHypothesisButNoLessThanTheFloor) {
  const auto candidate = features_of("CC(=O)Oc1ccccc1C(=O)O");
  FragmentModel model(std::vector<float>(kFragmentFeatures, 0));
  EXPECT_NEAR(model.score(candidate), 0.3 * (1 + 0.5), 1e-6);
  const auto& peak = candidate.peaks()[0];
  const auto liked = candidate.features(peak.last - 1);
  model.weights()[liked.back()] += 1;
  EXPECT_GE(model.best_of(candidate, peak).value, 1.3F);
  FragmentModel harsh(std::vector<float>(kFragmentFeatures, -1));
  EXPECT_NEAR(harsh.score(candidate), -1.5 * (1 + 0.5), 1e-6);
}

TEST(FragmentModel, PeaksThatNothingExplainsAddNothing) {
  EXPECT_EQ(FragmentModel().score(features_of("CCO", {{50, 1, 0}})), 0);
  EXPECT_EQ(FragmentModel().score(CandidateFeatures()), 0);
}

}  // namespace
}  // namespace specbridge
