#include "stats/bootstrap.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <stdexcept>

#include "base/parallel.h"
#include "base/random.h"

namespace specbridge {
namespace {

constexpr double kUndefined = std::numeric_limits<double>::quiet_NaN();

double quotient(double sum, double count) {
  return count == 0 ? kUndefined : sum / count;
}

std::optional<double> defined(double value) {
  return std::isnan(value) ? std::nullopt : std::optional(value);
}

/// How often every group is drawn when as many are drawn as there are.
std::vector<std::uint32_t> draw_groups(std::size_t groups, Random& random) {
  std::vector<std::uint32_t> times(groups);
  for (std::size_t i = 0; i < groups; ++i) ++times[random.below(groups)];
  return times;
}

struct Means {
  double micro = kUndefined, macro = kUndefined;
};

/// Means of one figure when group g counts times[g] times.
Means means_of(const GroupedFigures& figures, std::size_t figure,
               std::span<const std::uint32_t> times) {
  double sum = 0, count = 0, group_means = 0, groups = 0;
  for (std::size_t g = 0; g < times.size(); ++g) {
    const double in_group = figures.weight(g, figure);
    if (times[g] == 0 || in_group == 0) continue;
    const auto weight = static_cast<double>(times[g]);
    sum += weight * figures.sum(g, figure);
    count += weight * in_group;
    group_means += weight * figures.sum(g, figure) / in_group;
    groups += weight;
  }
  return {quotient(sum, count), quotient(group_means, groups)};
}

/// Two-sided, with the observed sample counted as one of the resamples, so that it is never 0.
double p_value_of(const std::vector<double>& sorted) {
  const auto not_above = std::upper_bound(sorted.begin(), sorted.end(), 0.0) - sorted.begin();
  const auto not_below = sorted.end() - std::lower_bound(sorted.begin(), sorted.end(), 0.0);
  const auto rarer = static_cast<double>(std::min(not_above, not_below) + 1);
  return std::min(1.0, 2 * rarer / static_cast<double>(sorted.size() + 1));
}

std::optional<ResampledFigure> summarize_draws(std::vector<double> draws) {
  std::erase_if(draws, [](double value) { return std::isnan(value); });
  if (draws.empty()) return std::nullopt;
  std::sort(draws.begin(), draws.end());
  return ResampledFigure{{percentile(draws, 0.025), percentile(draws, 0.975)},
                         {percentile(draws, 0.0005), percentile(draws, 0.9995)},
                         p_value_of(draws)};
}

}  // namespace

double percentile(const std::vector<double>& sorted, double share) {
  const double place = share * static_cast<double>(sorted.size() - 1);
  const auto below = static_cast<std::size_t>(std::floor(place));
  const std::size_t above = std::min(below + 1, sorted.size() - 1);
  return sorted[below] + (place - std::floor(place)) * (sorted[above] - sorted[below]);
}

void GroupedFigures::add(std::string_view group, std::span<const std::optional<double>> values,
                         std::span<const double> weights) {
  if (values.size() != figures_ || (!weights.empty() && weights.size() != figures_)) {
    throw std::logic_error("a query needs one value per figure");
  }
  const auto [entry, fresh] = position_.try_emplace(std::string(group), position_.size());
  if (fresh) {
    sums_.resize(sums_.size() + figures_);
    weights_.resize(weights_.size() + figures_);
  }
  for (std::size_t i = 0; i < figures_; ++i) {
    if (!values[i]) continue;
    const double weight = weights.empty() ? 1 : weights[i];
    sums_[entry->second * figures_ + i] += weight * *values[i];
    weights_[entry->second * figures_ + i] += weight;
  }
}

double GroupedFigures::weight(std::size_t figure) const {
  double weight = 0;
  for (std::size_t g = 0; g < groups(); ++g) weight += this->weight(g, figure);
  return weight;
}

std::optional<double> GroupedFigures::micro(std::size_t figure) const {
  return defined(means_of(*this, figure, std::vector<std::uint32_t>(groups(), 1)).micro);
}

std::optional<double> GroupedFigures::macro(std::size_t figure) const {
  return defined(means_of(*this, figure, std::vector<std::uint32_t>(groups(), 1)).macro);
}

std::vector<ResampledMeans> bootstrap(const GroupedFigures& figures,
                                      const BootstrapSettings& settings) {
  std::vector<ResampledMeans> resampled(figures.figures());
  if (figures.groups() == 0 || settings.resamples == 0) return resampled;
  using Draws = std::vector<double>;
  std::vector<Draws> micro(figures.figures(), Draws(settings.resamples)), macro = micro;
  parallel_for(settings.resamples, settings.threads, [&](std::size_t r) {
    Random random(settings.seed, r);
    const auto times = draw_groups(figures.groups(), random);
    for (std::size_t f = 0; f < figures.figures(); ++f) {
      const Means means = means_of(figures, f, times);
      micro[f][r] = means.micro;
      macro[f][r] = means.macro;
    }
  });
  for (std::size_t f = 0; f < figures.figures(); ++f) {
    resampled[f] = {summarize_draws(std::move(micro[f])), summarize_draws(std::move(macro[f]))};
  }
  return resampled;
}

std::vector<std::optional<ResampledFigure>> bootstrap_of(
    std::size_t groups, const BootstrapSettings& settings,
    const std::function<std::vector<std::optional<double>>(std::span<const std::uint32_t>)>&
        figures) {
  const std::size_t count = figures(std::vector<std::uint32_t>(groups, 1)).size();
  std::vector<std::optional<ResampledFigure>> resampled(count);
  if (groups == 0 || settings.resamples == 0) return resampled;
  std::vector<std::vector<double>> draws(count, std::vector<double>(settings.resamples));
  parallel_for(settings.resamples, settings.threads, [&](std::size_t r) {
    Random random(settings.seed, r);
    const auto found = figures(draw_groups(groups, random));
    for (std::size_t f = 0; f < count; ++f) draws[f][r] = found[f].value_or(kUndefined);
  });
  for (std::size_t f = 0; f < count; ++f) resampled[f] = summarize_draws(std::move(draws[f]));
  return resampled;
}

}  // namespace specbridge
