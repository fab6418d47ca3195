#include "search/first_answer.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "base/text.h"
#include "stats/logistic_model.h"

namespace specbridge {
namespace {

constexpr const char* kConstant = "constant";
constexpr double kMostLogOdds = 20;

bool counts(const RankedStructure& one, std::span<const StructureKey> without) {
  return std::ranges::find(without, one.structure) == without.end();
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

std::vector<std::string> first_answer_features(std::span<const std::string> kinds) {
  std::vector<std::string> names = {"log_odds",       "prominence", "alone",
                                    "log_candidates", "log_peaks",  "explained_intensity"};
  for (const auto& kind : kinds) names.push_back("evidence." + kind);
  return names;
}

std::vector<double> first_answer_values(const Leader& leader, std::span<const float> evidence,
                                        const ExplainedShare& explained, std::size_t peaks) {
  std::vector<double> values = {leader.log_odds,
                                leader.prominence,
                                leader.others == 0 ? 1.0 : 0.0,
                                std::log(static_cast<double>(leader.others + 1)),
                                std::log(static_cast<double>(peaks + 1)),
                                explained.intensity};
  for (const float value : evidence) values.push_back(std::isnan(value) ? 0 : value);
  return values;
}

FirstAnswerModel::FirstAnswerModel(const Calibration& calibration,
                                   std::span<const Evidence> evidence)
    : fewest_(calibration.fewest_candidates), most_(calibration.most_candidates) {
  std::vector<std::string> kinds;
  for (const auto& one : evidence) {
    kinds.push_back(one.scorer->kind().name);
    scales_.push_back(scale_of(kinds.back()));
  }
  auto names = first_answer_features(kinds);
  names.emplace_back(kConstant);
  for (const auto& name : names) {
    const auto found = calibration.first_answer.find(name);
    weights_.push_back(found == calibration.first_answer.end() ? 0 : found->second);
  }
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
  if (!why_unknown(leader->others + 1).empty()) return FirstAnswer{*leader, {}};
  std::vector<float> evidence;
  for (std::size_t i = 0; i < scales_.size(); ++i) {
    const auto column = query.scores.table[i].of(query.scores.place);
    evidence.push_back(scaled(column[leader->structure.place], scales_[i]));
  }
  const ExplainedShare explained = query.explanations.share_of(leader->structure.row);
  return FirstAnswer{*leader, logistic_chance(first_answer_values(*leader, evidence, explained,
                                                                  query.explanations.peaks()),
                                              weights_)};
}

}  // namespace specbridge
