#include "samples/cohort_figures.h"

#include <algorithm>

#include "stats/certainty.h"

namespace specbridge {
namespace {

/// Mean of what is defined.
class DefinedMean {
 public:
  void add(double value) {
    sum_ += value;
    ++count_;
  }
  std::optional<double> mean() const {
    return count_ == 0 ? std::nullopt : std::optional(sum_ / static_cast<double>(count_));
  }

 private:
  double sum_ = 0;
  std::size_t count_ = 0;
};

/// Chance that a sample of the class has more of it than one of another of its fold; nothing where
/// there are no two such samples.
std::optional<double> auc_of(std::size_t one, std::span<const std::size_t> classes,
                             const HeldOutChances& held_out,
                             std::span<const std::uint32_t> counts) {
  double pairs = 0, right = 0;
  for (std::size_t fold = 0; fold < held_out.ridges.size(); ++fold) {
    std::vector<GradedAnswer> answers;
    double of_class = 0, of_others = 0;
    for (std::size_t i = 0; i < classes.size(); ++i) {
      if (counts[i] == 0 || held_out.fold_of[i] != fold) continue;
      const double count = counts[i];
      answers.push_back({held_out.chances[i][one], classes[i] == one, count});
      (classes[i] == one ? of_class : of_others) += count;
    }
    pairs += of_class * of_others;
    right += of_class * of_others * ranking_quality(answers);
  }
  return pairs > 0 ? std::optional(right / pairs) : std::nullopt;
}

/// Counts of a class among the calls.
struct ClassCalls {
  double right = 0, called = 0, present = 0;
};

std::vector<ClassCalls> calls_of(std::span<const std::size_t> classes, const ClassChances& chances,
                                 std::span<const std::uint32_t> counts, std::size_t class_count) {
  std::vector<ClassCalls> calls(class_count);
  for (std::size_t i = 0; i < classes.size(); ++i) {
    const std::size_t call = called_class(chances[i]);
    calls[call].called += counts[i];
    calls[classes[i]].present += counts[i];
    if (call == classes[i]) calls[call].right += counts[i];
  }
  return calls;
}

}  // namespace

std::size_t called_class(std::span<const double> chances) {
  return static_cast<std::size_t>(std::ranges::max_element(chances) - chances.begin());
}

CohortFigures cohort_figures(std::span<const std::size_t> classes, const HeldOutChances& held_out,
                             std::span<const std::uint32_t> counts) {
  const ClassChances& chances = held_out.chances;
  const std::size_t class_count = chances.empty() ? 0 : chances.front().size();
  DefinedMean auc, f1, recall;
  for (std::size_t one = class_count == 2 ? 1 : 0; one < class_count; ++one) {
    if (const auto area = auc_of(one, classes, held_out, counts)) auc.add(*area);
  }
  double right = 0, all = 0;
  for (const auto& calls : calls_of(classes, chances, counts, class_count)) {
    right += calls.right;
    all += calls.present;
    if (calls.called + calls.present > 0) f1.add(2 * calls.right / (calls.called + calls.present));
    if (calls.present > 0) recall.add(calls.right / calls.present);
  }
  CohortFigures figures{auc.mean(), f1.mean(), {}, recall.mean()};
  if (all > 0) figures.accuracy = right / all;
  return figures;
}

MeasuredCohort measure_cohort(const Cohort& cohort, const HeldOutChances& held_out,
                              const BootstrapSettings& settings) {
  MeasuredCohort measured;
  measured.figures =
      cohort_figures(cohort.class_of, held_out, std::vector<std::uint32_t>(cohort.size(), 1));
  const auto intervals =
      bootstrap_of(cohort.subjects.size(), settings, [&](std::span<const std::uint32_t> times) {
        std::vector<std::uint32_t> counts;
        for (const auto subject : cohort.subject_of) counts.push_back(times[subject]);
        const auto figures = cohort_figures(cohort.class_of, held_out, counts);
        return std::vector{figures.auc, figures.macro_f1, figures.accuracy,
                           figures.balanced_accuracy};
      });
  const auto percent95 = [&](std::size_t figure) -> std::optional<Interval> {
    if (!intervals[figure]) return {};
    return intervals[figure]->percent95;
  };
  measured.auc = percent95(0);
  measured.macro_f1 = percent95(1);
  measured.accuracy = percent95(2);
  measured.balanced_accuracy = percent95(3);
  measured.confusion.assign(cohort.classes.size(), std::vector<std::size_t>(cohort.classes.size()));
  for (std::size_t i = 0; i < cohort.size(); ++i) {
    ++measured.confusion[cohort.class_of[i]][called_class(held_out.chances[i])];
  }
  return measured;
}

}  // namespace specbridge
