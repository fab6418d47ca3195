#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "search/evidence/evidence.h"
#include "search/evidence/explained.h"
#include "search/ranker.h"
#include "specbridge/calibration.h"

namespace specbridge {

/// How the first of some structures stands before the others.
struct Leader {
  RankedStructure structure;
  std::size_t others = 0;
  /// Log of the odds that it is right, were one of the structures right: of a softmax over their
  /// scores. 0 where it is alone.
  double log_odds = 0;
  double margin = 0;  ///< to the second; 0 where it is alone
  /// Standard deviations by which it stands above the mean of all; 0 of fewer than three.
  double prominence = 0;
};
/// @param without structures that do not count @return nothing: none is left
std::optional<Leader> leader_of(std::span<const RankedStructure> structures,
                                std::span<const StructureKey> without = {});

/// What the probability of a first answer is worked out from: names, for kinds of evidence of these
/// names.
std::vector<std::string> first_answer_features(std::span<const std::string> kinds);
/// The values, in that order.
/// @param evidence of the leader, by kind and as it enters sums; missing counts as 0
/// @param explained by it; of what cannot be taken apart nothing
/// @param peaks of the query that fragments are to explain
std::vector<double> first_answer_values(const Leader& leader, std::span<const float> evidence,
                                        const ExplainedShare& explained, std::size_t peaks);
/// A query with all that is known of its candidates.
struct RankedQuery {
  std::span<const RankedStructure> structures;
  const QueryScores& scores;
  QueryExplanations& explanations;
};

/// A first answer and the probability that it is right; nothing where it stands among more or fewer
/// candidates than the model was calibrated with.
struct FirstAnswer {
  Leader leader;
  std::optional<double> probability;
};

/// Tells how probable first answers are. Thread-safe. docs/method/calibration.md
class FirstAnswerModel {
 public:
  /// @param calibration has weights of first answers @param evidence of the search
  FirstAnswerModel(const Calibration& calibration, std::span<const Evidence> evidence);
  /// @param without structures that do not count @return nothing: none is left
  std::optional<FirstAnswer> first_answer(const RankedQuery& query,
                                          std::span<const StructureKey> without = {}) const;
  /// Why a query of so many candidates has no probability; "" where it has one.
  std::string why_unknown(std::size_t candidates) const;

 private:
  std::vector<double> weights_;
  std::vector<ScoreScale> scales_;  // of the kinds
  std::size_t fewest_, most_;
};

}  // namespace specbridge
