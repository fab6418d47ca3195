#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "specbridge/bootstrap_settings.h"

namespace specbridge {

/// Several figures of queries, summed by group (for example by molecule): memory grows with the
/// groups, not with the queries.
class GroupedFigures {
 public:
  explicit GroupedFigures(std::size_t figures) : figures_(figures) {}

  /// @param values one per figure; nothing: the query is not in that figure's denominator
  /// @param weights how much of the query is in the denominators, one per figure; none: all of it
  void add(std::string_view group, std::span<const std::optional<double>> values,
           std::span<const double> weights = {});

  std::size_t figures() const noexcept { return figures_; }
  std::size_t groups() const noexcept { return position_.size(); }
  /// Queries in the denominator of a figure, each by its weight.
  double weight(std::size_t figure) const;
  double sum(std::size_t group, std::size_t figure) const {
    return sums_[group * figures_ + figure];
  }
  double weight(std::size_t group, std::size_t figure) const {
    return weights_[group * figures_ + figure];
  }
  /// Mean over queries; nothing without any.
  std::optional<double> micro(std::size_t figure) const;
  /// Mean over groups of the mean within the group; nothing without any.
  std::optional<double> macro(std::size_t figure) const;

 private:
  std::size_t figures_;
  std::unordered_map<std::string, std::size_t> position_;
  std::vector<double> sums_, weights_;
};

struct Interval {
  double low = 0, high = 0;
};

/// What resampling says about one figure.
struct ResampledFigure {
  Interval percent95, percent999;  ///< percentiles: 2.5 to 97.5 and 0.05 to 99.95
  /// For a difference: how often chance alone would move it as far from zero, two-sided.
  double p_value = 1;
};

/// Micro and macro mean of one figure; nothing where it is undefined.
struct ResampledMeans {
  std::optional<ResampledFigure> micro, macro;
};

/// The value that a share of some values, sorted and at least one, is not above: interpolated
/// linearly between order statistics, as NumPy does by default.
double percentile(const std::vector<double>& sorted, double share);

/// Percentile bootstrap that draws whole groups with replacement, so that spectra of one molecule
/// are not taken for independent. The same on any number of threads.
/// Source of the method: Efron and Tibshirani, "An Introduction to the Bootstrap", 1993.
/// @return one per figure; without intervals when there are no resamples or no groups
std::vector<ResampledMeans> bootstrap(const GroupedFigures& figures,
                                      const BootstrapSettings& settings);

/// The same for figures that are no means: `figures` is told how often each group counts [groups]
/// and gives as many figures each time; nothing where one is undefined. It is called from several
/// threads.
/// @return one per figure; without intervals when there are no resamples or no groups
std::vector<std::optional<ResampledFigure>> bootstrap_of(
    std::size_t groups, const BootstrapSettings& settings,
    const std::function<std::vector<std::optional<double>>(std::span<const std::uint32_t>)>&
        figures);

}  // namespace specbridge
