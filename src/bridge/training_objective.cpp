#include "specbridge/training_objective.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

#include "base/text.h"
#include "specbridge/error.h"

namespace specbridge {
namespace {

constexpr std::array<std::pair<TrainingObjective, std::string_view>, 5> kWords = {
    {{TrainingObjective::bridge, "bridge"},
     {TrainingObjective::similarity, "similarity"},
     {TrainingObjective::generate, "generate"},
     {TrainingObjective::spec2vec, "spec2vec"},
     {TrainingObjective::masked_tokens, "masked-tokens"}}};

}  // namespace

std::string_view to_string(TrainingObjective objective) {
  return std::ranges::find(kWords, objective, [](const auto& named) { return named.first; })
      ->second;
}

std::optional<TrainingObjective> parse_objective(std::string_view word) {
  for (const auto& [objective, known] : kWords) {
    if (known == word) return objective;
  }
  return {};
}

TrainingObjective objective_named(std::string_view word, std::string_view where) {
  if (const auto objective = parse_objective(word)) return *objective;
  throw UsageError(
      fmt::format("{}: found \"{}\", expected bridge, similarity, generate, spec2vec or "
                  "masked-tokens",
                  where, one_line(word, 60)));
}

}  // namespace specbridge
