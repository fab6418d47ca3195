#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "search/certainty/isomer_standing.h"
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

/// What is known of a first answer.
struct FirstAnswerFacts {
  Leader leader;
  std::span<const std::string> kinds;    ///< of evidence
  std::span<const float> evidence = {};  ///< by kind and as it enters sums; missing counts as 0
  ExplainedShare explained = {};         ///< by it; of what cannot be taken apart nothing
  std::size_t peaks = 0;                 ///< of the query that fragments are to explain
  /// Among made isomers; nothing: nobody asks for that.
  std::optional<IsomerStanding> standing = {};
};
/// What probabilities of first answers are worked out from: names, for kinds of evidence of these
/// names. docs/method/calibration.md
/// @param isomers whether the standing among made isomers is asked for
std::vector<std::string> first_answer_features(std::span<const std::string> kinds, bool isomers);
/// The values, in that order.
std::vector<double> first_answer_values(const FirstAnswerFacts& facts);

/// The probability that the right one is among the candidates: no less than that it is the first.
/// @param right the probability that the first answer is right
double chance_of_presence(double right, std::span<const double> values,
                          std::span<const double> weights);

/// A query with all that is known of its candidates.
struct RankedQuery {
  std::span<const RankedStructure> structures;
  const QueryScores& scores;
  QueryExplanations& explanations;
  QueryStandings& standings;
};

/// A first answer and the probabilities that it is right and that the right one is among the
/// candidates at all; nothing where there are more or fewer candidates than the model was
/// calibrated with. The second is missing, too, where the model does not tell it.
struct FirstAnswer {
  Leader leader;
  std::optional<double> probability, present;
};

/// Tells how probable first answers are. Thread-safe. docs/method/calibration.md
class FirstAnswerModel {
 public:
  /// @param calibration has weights of first answers @param evidence of the search
  /// @param fragments of the model; looked at where the calibration asks for made isomers
  FirstAnswerModel(const Calibration& calibration, std::span<const Evidence> evidence,
                   std::shared_ptr<const FragmentModel> fragments);
  /// @param without structures that do not count @return nothing: none is left
  std::optional<FirstAnswer> first_answer(const RankedQuery& query,
                                          std::span<const StructureKey> without = {}) const;
  /// Why a query of so many candidates has no probability; "" where it has one.
  std::string why_unknown(std::size_t candidates) const;
  /// Whether it tells that the right one is among the candidates.
  bool tells_presence() const noexcept { return !present_.empty(); }
  /// nullptr: the probability is not of how answers stand among made isomers
  const MadeIsomers* isomers() const noexcept { return isomers_.get(); }

 private:
  std::vector<double> weights_, present_;  // the latter empty: not told
  std::vector<std::string> kinds_;
  std::vector<ScoreScale> scales_;  // of the kinds
  std::size_t fewest_, most_;
  std::unique_ptr<const MadeIsomers> isomers_;
};

}  // namespace specbridge
