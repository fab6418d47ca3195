#include "search/certainty/first_answer.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <string_view>
#include <utility>

#include "base/text.h"
#include "stats/logistic_model.h"

namespace specbridge {
namespace {

constexpr const char* kConstant = "constant";
constexpr std::string_view kFragments = "fragments";
constexpr double kMostLogOdds = 20;

bool counts(const RankedStructure& one, std::span<const StructureKey> without) {
  return std::ranges::find(without, one.structure) == without.end();
}

double known(float value) {
  return std::isnan(value) ? 0 : value;
}

/// The weights of some names; 0 of those that a calibration did not know.
std::vector<double> weights_of(std::span<const std::string> names,
                               const std::map<std::string, double>& weights) {
  std::vector<double> values;
  for (const auto& name : names) {
    const auto found = weights.find(name);
    values.push_back(found == weights.end() ? 0 : found->second);
  }
  return values;
}

double prominence_of(double first, const std::vector<double>& scores) {
  const auto [lowest, highest] = std::ranges::minmax(scores);
  if (scores.size() < 3 || lowest == highest) return 0;
  const double count = static_cast<double>(scores.size());
  double mean = 0, squares = 0;
  for (const double score : scores) mean += score / count;
  for (const double score : scores) squares += (score - mean) * (score - mean) / count;
  return (first - mean) / std::sqrt(squares);
}

}  // namespace

std::optional<Leader> leader_of(std::span<const RankedStructure> structures,
                                std::span<const StructureKey> without) {
  std::optional<Leader> leader;
  for (const auto& one : structures) {
    if (!counts(one, without)) continue;
    if (!leader || ranks_before(one, leader->structure)) leader = {one};
  }
  if (!leader) return leader;
  double sum = 0, second = -std::numeric_limits<double>::infinity();
  const double first = leader->structure.score;
  std::vector<double> scores = {first};
  for (const auto& one : structures) {
    if (!counts(one, without) || one.structure == leader->structure.structure) continue;
    ++leader->others;
    second = std::max<double>(second, one.score);
    sum += std::exp(one.score - first);  // scores that are missing add nothing
    if (std::isfinite(one.score)) scores.push_back(one.score);
  }
  if (leader->others == 0) return leader;
  leader->log_odds = std::clamp(-std::log(sum), -kMostLogOdds, kMostLogOdds);
  leader->margin = std::isfinite(second) ? first - second : 0;
  leader->prominence = prominence_of(first, scores);
  return leader;
}

std::vector<std::string> first_answer_features(std::span<const std::string> kinds, bool isomers) {
  std::vector<std::string> names = {"log_odds",       "prominence", "prominence_squared", "alone",
                                    "log_candidates", "log_peaks",  "explained_intensity"};
  for (const auto& kind : kinds) names.push_back("evidence." + kind);
  if (std::ranges::find(kinds, kFragments) != kinds.end()) names.emplace_back("fragments_per_peak");
  if (isomers) names.insert(names.end(), {"above_isomers", "isomers_as_good"});
  return names;
}

std::vector<double> first_answer_values(const FirstAnswerFacts& facts) {
  const Leader& leader = facts.leader;
  const double candidates = static_cast<double>(leader.others + 1);
  const double peaks = static_cast<double>(facts.peaks + 1);
  std::vector<double> values = {leader.log_odds,
                                leader.prominence,
                                leader.prominence * leader.prominence,
                                leader.others == 0 ? 1.0 : 0.0,
                                std::log(candidates),
                                std::log(peaks),
                                facts.explained.intensity};
  for (const float value : facts.evidence) values.push_back(known(value));
  const auto fragments = std::ranges::find(facts.kinds, kFragments);
  if (fragments != facts.kinds.end()) {
    const auto place = static_cast<std::size_t>(fragments - facts.kinds.begin());
    values.push_back(known(facts.evidence[place]) / std::sqrt(peaks));
  }
  if (facts.standing) {
    values.push_back(facts.standing->above_best / std::sqrt(peaks));
    values.push_back(facts.standing->as_good);
  }
  return values;
}

double chance_of_presence(double right, std::span<const double> values,
                          std::span<const double> weights) {
  return std::max(right, logistic_chance(values, weights));
}

FirstAnswerModel::FirstAnswerModel(const Calibration& calibration,
                                   std::span<const Evidence> evidence,
                                   std::shared_ptr<const FragmentModel> fragments)
    : fewest_(calibration.fewest_candidates), most_(calibration.most_candidates) {
  for (const auto& one : evidence) {
    kinds_.push_back(one.scorer->kind().name);
    scales_.push_back(scale_of(kinds_.back()));
  }
  if (calibration.made_isomers > 0) {
    isomers_ = std::make_unique<MadeIsomers>(std::move(fragments), calibration.made_isomers);
  }
  auto names = first_answer_features(kinds_, isomers_ != nullptr);
  names.emplace_back(kConstant);
  weights_ = weights_of(names, calibration.first_answer);
  if (!calibration.truth_present.empty()) present_ = weights_of(names, calibration.truth_present);
}

std::string FirstAnswerModel::why_unknown(std::size_t candidates) const {
  if (candidates >= fewest_ && candidates <= most_) return {};
  return fmt::format("no probability: {}, the model was calibrated with {} to {}",
                     counted(candidates, "candidate"), fewest_, with_thousands(most_));
}

std::optional<FirstAnswer> FirstAnswerModel::first_answer(
    const RankedQuery& query, std::span<const StructureKey> without) const {
  const auto leader = leader_of(query.structures, without);
  if (!leader) return {};
  if (!why_unknown(leader->others + 1).empty()) return FirstAnswer{*leader, {}, {}};
  std::vector<float> evidence;
  for (std::size_t i = 0; i < scales_.size(); ++i) {
    const auto column = query.scores.table[i].of(query.scores.place);
    evidence.push_back(scaled(column[leader->structure.place], scales_[i]));
  }
  const std::size_t row = leader->structure.row;
  const auto values =
      first_answer_values({*leader, kinds_, evidence, query.explanations.share_of(row),
                           query.explanations.peaks(), query.standings.of(row)});
  const double right = logistic_chance(values, weights_);
  if (!tells_presence()) return FirstAnswer{*leader, right, {}};
  return FirstAnswer{*leader, right, chance_of_presence(right, values, present_)};
}

}  // namespace specbridge
