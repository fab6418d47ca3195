#include "samples/nested_folds.h"

#include <algorithm>
#include <atomic>
#include <cmath>
#include <numeric>

#include "base/parallel.h"
#include "base/random.h"
#include "stats/cross_fit.h"

namespace specbridge {
namespace {

constexpr double kLeastChance = 1e-15;
constexpr std::uint64_t kPermutationStream = 1000;  // apart from those of folds

std::vector<std::size_t> classes_of(const LabelledRows& data,
                                    std::span<const std::size_t> samples) {
  std::vector<std::size_t> classes;
  for (const auto sample : samples) classes.push_back(data.class_of(sample));
  return classes;
}

/// Samples that a fold learns from, and those that it is asked for.
struct FoldParts {
  std::vector<std::size_t> learned, asked;
};
FoldParts parts_of(std::span<const std::size_t> samples, std::span<const std::size_t> fold_of,
                   std::size_t fold) {
  FoldParts parts;
  for (std::size_t i = 0; i < samples.size(); ++i) {
    (fold_of[i] == fold ? parts.asked : parts.learned).push_back(samples[i]);
  }
  return parts;
}

/// The subjects of some samples, ascending, each once.
std::vector<std::size_t> subjects_of(const LabelledRows& data,
                                     std::span<const std::size_t> samples) {
  std::vector<std::size_t> subjects;
  for (const auto sample : samples) subjects.push_back(data.subject_of[sample]);
  std::ranges::sort(subjects);
  subjects.erase(std::unique(subjects.begin(), subjects.end()), subjects.end());
  return subjects;
}

/// The fold of each sample; all samples of a subject are in one.
std::vector<std::size_t> folds_by_subject(const LabelledRows& data,
                                          std::span<const std::size_t> samples, std::size_t folds,
                                          std::uint64_t seed) {
  const auto subjects = subjects_of(data, samples);
  std::vector<std::size_t> classes;
  for (const auto subject : subjects) classes.push_back(data.class_of_subject[subject]);
  const auto fold_of_subject = stratified_folds(classes, folds, seed);
  std::vector<std::size_t> fold_of;
  for (const auto sample : samples) {
    const auto place = std::ranges::lower_bound(subjects, data.subject_of[sample]);
    fold_of.push_back(fold_of_subject[static_cast<std::size_t>(place - subjects.begin())]);
  }
  return fold_of;
}

/// As many folds as were asked for, or as the smallest class has subjects.
std::size_t inner_folds(const LabelledRows& data, std::span<const std::size_t> samples,
                        std::size_t folds) {
  std::vector<std::size_t> counts(data.class_count);
  for (const auto subject : subjects_of(data, samples)) ++counts[data.class_of_subject[subject]];
  return std::min(folds, std::ranges::min(counts));
}

double loss_of(const ClassChances& chances, std::span<const std::size_t> classes) {
  double loss = 0;
  for (std::size_t i = 0; i < chances.size(); ++i) {
    loss -= std::log(std::max(chances[i][classes[i]], kLeastChance));
  }
  return loss;
}

/// A seed of its own for every stream of a seed.
std::uint64_t seed_of(std::uint64_t seed, std::uint64_t stream) {
  return Random(seed, stream).next();
}

}  // namespace

double choose_ridge(const LabelledRows& data, std::span<const std::size_t> samples,
                    const NestedSettings& settings, std::uint64_t stream) {
  const std::size_t folds = inner_folds(data, samples, settings.folds);
  const auto fold_of = folds_by_subject(data, samples, folds, seed_of(settings.seed, stream));
  std::vector<double> losses(settings.ridges.size());
  for (std::size_t fold = 0; fold < folds; ++fold) {
    const FoldParts parts = parts_of(samples, fold_of, fold);
    const FoldProducts products = fold_products(data.rows, parts.learned, parts.asked);
    const auto learned = classes_of(data, parts.learned), asked = classes_of(data, parts.asked);
    for (std::size_t r = 0; r < losses.size(); ++r) {
      losses[r] +=
          loss_of(asked_chances(products, learned, data.class_count, settings.ridges[r]), asked);
    }
  }
  std::size_t best = losses.size() - 1;
  for (std::size_t r = losses.size(); r-- > 0;) {
    if (losses[r] < losses[best]) best = r;
  }
  return settings.ridges[best];
}

HeldOutChances nested_cross_validation(const LabelledRows& data, const NestedSettings& settings) {
  std::vector<std::size_t> samples(data.rows.rows());
  std::iota(samples.begin(), samples.end(), std::size_t{0});
  HeldOutChances result;
  result.fold_of = folds_by_subject(data, samples, settings.folds, seed_of(settings.seed, 0));
  result.chances.resize(samples.size());
  for (std::size_t fold = 0; fold < settings.folds; ++fold) {
    const FoldParts parts = parts_of(samples, result.fold_of, fold);
    const double ridge = choose_ridge(data, parts.learned, settings, fold + 1);
    const FoldProducts products = fold_products(data.rows, parts.learned, parts.asked);
    auto chances =
        asked_chances(products, classes_of(data, parts.learned), data.class_count, ridge);
    for (std::size_t i = 0; i < parts.asked.size(); ++i) {
      result.chances[parts.asked[i]] = std::move(chances[i]);
    }
    result.ridges.push_back(ridge);
  }
  return result;
}

std::vector<double> permuted_figures(
    const LabelledRows& data, const NestedSettings& settings, std::size_t times,
    const RunContext& context,
    const std::function<double(const LabelledRows&, const HeldOutChances&)>& figure) {
  std::vector<double> figures(times);
  std::atomic<std::size_t> done = 0;
  parallel_for(times, context.threads, [&](std::size_t i) {
    context.check_interrupt();
    std::vector<std::size_t> classes(data.class_of_subject.begin(), data.class_of_subject.end());
    Random random(settings.seed, kPermutationStream + i);
    shuffle(std::span(classes), random);
    const LabelledRows permuted{data.rows, data.subject_of, classes, data.class_count};
    NestedSettings own = settings;
    own.seed = random.next();
    figures[i] = figure(permuted, nested_cross_validation(permuted, own));
    context.progress("permuting labels", ++done, times);
  });
  return figures;
}

}  // namespace specbridge
