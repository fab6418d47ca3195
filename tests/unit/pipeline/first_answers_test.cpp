#include "pipeline/calibration/first_answers.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "base/random.h"
#include "search/certainty/first_answer.h"

namespace specbridge {
namespace {

/// Molecules of which nobody asks more than a text.
class Nameless final : public MoleculeStore {
 public:
  std::size_t rows() const noexcept override { return 0; }
  StructureKey structure(std::size_t) const override { return StructureKey("AAAAAAAAAAAAAA"); }
  double mass(std::size_t) const override { return 46.04; }
  MoleculeText text(std::size_t) const override {
    return {"", "CCO", "AAAAAAAAAAAAAA", "C2H6O", 46.04, 0};
  }
};

/// Queries whose truth is the first of some candidates; a cosine of chance alone orders them.
HeldQueries by_chance(std::size_t queries, std::size_t candidates) {
  HeldQueries held({"cosine"});
  Random random(5);
  for (std::size_t q = 0; q < queries; ++q) {
    HeldQuery query;
    query.molecule = q;
    query.first = q * candidates;
    for (std::size_t i = 0; i < candidates; ++i) {
      const StructureKey key(std::string(12, 'A') + static_cast<char>('A' + i / 26) +
                             static_cast<char>('A' + i % 26));
      if (i == 0) query.truth = key;
      query.candidates.push_back({key, 0, i, i});
      held.evidence.add(std::vector<double>{8 * random.normal()});
    }
    held.queries.push_back(query);
  }
  held.molecules = queries;
  return held;
}

FirstAnswerFit fit_of(const HeldQueries& held, double absent) {
  std::vector<std::size_t> half;
  for (std::size_t q = 0; q < held.queries.size(); ++q) half.push_back(q % 2);
  const EvidenceWeights weights{{1.0}, {std::vector<double>{1.0}, std::vector<double>{1.0}}};
  const Nameless molecules;
  return fit_first_answers(held, half, weights, {absent, molecules}, RunContext());
}

std::size_t place_of(const std::string& name) {
  const std::vector<std::string> kinds = {"cosine"};
  const auto names = first_answer_features(kinds, false);
  return static_cast<std::size_t>(std::ranges::find(names, name) - names.begin());
}

TEST(FitFirstAnswers, LearnsNothingFromTheLengthOfListsThatWereMadeEquallyLong) {
  // A list without its truth is one shorter: that would tell all.
  const auto fit = fit_of(by_chance(400, 20), 0.5);
  EXPECT_EQ(fit.weights.at(place_of("log_candidates")), 0);
  EXPECT_EQ(fit.present.at(place_of("log_candidates")), 0);
  EXPECT_NEAR(fit.figures.absent_by_probability, 0.5, 0.06);
}

TEST(FitFirstAnswers, TellsNoPresenceWhereNoTruthIsAbsent) {
  const auto fit = fit_of(by_chance(100, 5), 0);
  EXPECT_TRUE(fit.present.empty());
  EXPECT_FALSE(fit.figures.present_error);
}

}  // namespace
}  // namespace specbridge
