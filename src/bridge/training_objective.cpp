#include "specbridge/training_objective.h"

#include <fmt/format.h>

#include "base/text.h"
#include "specbridge/error.h"

namespace specbridge {
namespace {

constexpr std::string_view kBridge = "bridge", kSimilarity = "similarity";

}  // namespace

std::string_view to_string(TrainingObjective objective) {
  return objective == TrainingObjective::bridge ? kBridge : kSimilarity;
}

std::optional<TrainingObjective> parse_objective(std::string_view word) {
  if (word == kBridge) return TrainingObjective::bridge;
  if (word == kSimilarity) return TrainingObjective::similarity;
  return {};
}

TrainingObjective objective_named(std::string_view word, std::string_view where) {
  if (const auto objective = parse_objective(word)) return *objective;
  throw UsageError(fmt::format("{}: found \"{}\", expected {} or {}", where, one_line(word, 60),
                               kBridge, kSimilarity));
}

}  // namespace specbridge
