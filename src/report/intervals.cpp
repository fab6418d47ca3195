#include "report/intervals.h"

#include <fmt/format.h>

#include <algorithm>
#include <stdexcept>

#include "ranking/tie_position.h"
#include "specbridge/error.h"
#include "specbridge/eval_settings.h"

namespace specbridge {
namespace {

using Values = std::vector<std::optional<double>>;

/// Places of the figures behind those of the cutoffs, and how many they are.
constexpr std::size_t kReciprocalRank = 0, kSimilarity = 1, kDistance = 2, kDistanceOnMisses = 3;
constexpr std::size_t kFurther = 4;

/// One value per cutoff, then the further ones; with the weight of each.
struct Figures {
  Values values;
  std::vector<double> weights;
};

Figures figures_of(const QueryResult& result, const ReportSettings& settings) {
  Values values;
  for (const std::size_t cutoff : settings.cutoffs) {
    values.push_back(result.rank ? hit_share(tie_position_of(result), cutoff, settings.ties) : 0);
  }
  values.push_back(result.rank ? reciprocal_rank(tie_position_of(result), settings.ties) : 0);
  values.push_back(result.tanimoto);
  values.push_back(result.mces ? std::optional(result.mces->distance) : std::nullopt);
  values.push_back(distance_on_miss(result));
  std::vector<double> weights(values.size(), 1);
  weights.back() = miss_share(result, settings.ties);
  return {std::move(values), std::move(weights)};
}

std::string spectrum_name(const QueryResult& result) {
  return fmt::format("#{}", result.name.index);
}

enum class Mean { micro, macro };

/// Means over groups as metrics; recalls that cannot be known stay without value.
Metrics metrics_of(const GroupedFigures& figures, Mean mean, const Metrics& known) {
  const auto value = [&](std::size_t figure) {
    return mean == Mean::micro ? figures.micro(figure) : figures.macro(figure);
  };
  Metrics metrics;
  std::size_t figure = 0;
  for (const auto& [cutoff, recall] : known.recall) {
    metrics.recall[cutoff] = recall ? value(figure) : std::nullopt;
    ++figure;
  }
  metrics.mrr = value(figure + kReciprocalRank).value_or(0);
  metrics.tanimoto = value(figure + kSimilarity);
  metrics.mces = value(figure + kDistance);
  metrics.mces_on_misses = value(figure + kDistanceOnMisses);
  return metrics;
}

MetricIntervals intervals_of(const std::vector<ResampledMeans>& resampled, Mean mean,
                             const Metrics& known) {
  const auto value = [&](std::size_t figure) {
    return mean == Mean::micro ? resampled[figure].micro : resampled[figure].macro;
  };
  MetricIntervals intervals;
  std::size_t figure = 0;
  for (const auto& [cutoff, recall] : known.recall) {
    if (const auto interval = value(figure++); interval && recall) {
      intervals.recall[cutoff] = *interval;
    }
  }
  intervals.mrr = value(figure + kReciprocalRank);
  intervals.tanimoto = value(figure + kSimilarity);
  intervals.mces = value(figure + kDistance);
  intervals.mces_on_misses = value(figure + kDistanceOnMisses);
  return intervals;
}

/// The settings with ascending cutoffs, each once: the order of a Metrics.
ReportSettings in_order(ReportSettings settings) {
  auto& cutoffs = settings.cutoffs;
  std::sort(cutoffs.begin(), cutoffs.end());
  cutoffs.erase(std::unique(cutoffs.begin(), cutoffs.end()), cutoffs.end());
  return settings;
}

/// Ours less theirs; nothing unless both have a value. Figures on misses are not paired: each table
/// has misses of its own.
Values difference(const Values& ours, const Values& theirs) {
  Values values;
  for (std::size_t i = 0; i < ours.size(); ++i) {
    values.push_back(ours[i] && theirs[i] ? std::optional(*ours[i] - *theirs[i]) : std::nullopt);
  }
  values[values.size() - kFurther + kDistanceOnMisses].reset();
  return values;
}

Metrics known_in_both(const Metrics& ours, const Metrics& theirs) {
  Metrics known = ours;
  for (auto& [cutoff, recall] : known.recall) {
    if (!theirs.recall.at(cutoff)) recall.reset();
  }
  return known;
}

}  // namespace

void add_intervals(std::span<const QueryResult> results, EvaluationReport& report) {
  const ReportSettings settings = in_order(report.settings);
  const std::size_t figures = settings.cutoffs.size() + kFurther;
  GroupedFigures by_molecule(figures), by_spectrum(figures);
  const bool spectra = settings.resampled == Resampled::spectra;
  for (const auto& result : results) {
    const auto [values, weights] = figures_of(result, settings);
    by_molecule.add(structure_of(result, settings.rules.identity), values, weights);
    if (spectra) by_spectrum.add(spectrum_name(result), values, weights);
  }
  report.molecules = by_molecule.groups();
  report.macro = metrics_of(by_molecule, Mean::macro, report.metrics);
  const auto molecules = bootstrap(by_molecule, settings.bootstrap);
  report.macro_intervals = intervals_of(molecules, Mean::macro, report.metrics);
  report.intervals = intervals_of(spectra ? bootstrap(by_spectrum, settings.bootstrap) : molecules,
                                  Mean::micro, report.metrics);
}

Comparison compare(std::span<const QueryResult> results, std::span<const QueryResult> others,
                   const ReportSettings& given) {
  if (results.size() != others.size()) throw std::logic_error("tables of different queries");
  const ReportSettings settings = in_order(given);
  const Metrics ours = measure(results, settings.cutoffs, settings.ties);
  Comparison comparison;
  comparison.other = measure(others, settings.cutoffs, settings.ties);
  const Metrics known = known_in_both(ours, comparison.other);
  GroupedFigures differences(settings.cutoffs.size() + kFurther);
  for (std::size_t i = 0; i < results.size(); ++i) {
    if (results[i].name.index != others[i].name.index) {
      throw std::logic_error("tables of queries in different order");
    }
    const bool spectra = settings.resampled == Resampled::spectra;
    differences.add(
        spectra ? spectrum_name(results[i]) : structure_of(results[i], settings.rules.identity),
        difference(figures_of(results[i], settings).values,
                   figures_of(others[i], settings).values));
  }
  comparison.difference = metrics_of(differences, Mean::micro, known);
  comparison.macro_difference = metrics_of(differences, Mean::macro, known);
  const auto resampled = bootstrap(differences, settings.bootstrap);
  comparison.intervals = intervals_of(resampled, Mean::micro, known);
  comparison.macro_intervals = intervals_of(resampled, Mean::macro, known);
  return comparison;
}

}  // namespace specbridge
