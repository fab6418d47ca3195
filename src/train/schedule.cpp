#include "train/schedule.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace specbridge {
namespace {

std::size_t warmup_of(const TrainSettings& settings, std::size_t total) {
  if (settings.warmup_steps > 0) return std::min(settings.warmup_steps, total);
  return static_cast<std::size_t>(
      std::llround(settings.warmup_fraction * static_cast<double>(total)));
}

}  // namespace

std::size_t total_steps(const TrainSettings& settings, std::size_t batches_per_epoch) {
  const double wanted = std::round(settings.epochs * static_cast<double>(batches_per_epoch));
  const auto steps = static_cast<std::size_t>(std::clamp(wanted, 1.0, 1e15));
  return settings.max_steps > 0 ? std::min(steps, settings.max_steps) : steps;
}

double learning_rate_at(const TrainSettings& settings, std::size_t step, std::size_t total) {
  const std::size_t warmup = warmup_of(settings, total);
  if (step < warmup) {
    return settings.learning_rate * static_cast<double>(step + 1) / static_cast<double>(warmup);
  }
  if (settings.schedule == "constant" || total == warmup) return settings.learning_rate;
  const double progress = static_cast<double>(step - warmup) / static_cast<double>(total - warmup);
  return settings.learning_rate * 0.5 * (1 + std::cos(std::numbers::pi * progress));
}

std::vector<std::size_t> validation_steps(std::size_t validations, std::size_t total) {
  std::vector<std::size_t> steps;
  const std::size_t times = std::min(validations, total);
  for (std::size_t k = 1; k <= times; ++k) {
    steps.push_back(static_cast<std::size_t>(std::llround(
        static_cast<double>(total) * static_cast<double>(k) / static_cast<double>(times))));
  }
  return steps;
}

}  // namespace specbridge
