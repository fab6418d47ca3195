#include "samples/cohort_report.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <numeric>

#include "base/text.h"
#include "specbridge/version.h"

namespace specbridge {
namespace {

constexpr int kCohortReportVersion = 1;

Json json_of(const std::optional<Interval>& interval) {
  if (!interval) return nullptr;
  return Json::array({interval->low, interval->high});
}

Json figure_json(const std::optional<double>& value, const std::optional<Interval>& interval) {
  return {{"value", value ? Json(*value) : Json()}, {"interval_95", json_of(interval)}};
}

Json figures_json(const MeasuredCohort& measured) {
  const auto& figures = measured.figures;
  return {
      {"auc", figure_json(figures.auc, measured.auc)},
      {"macro_f1", figure_json(figures.macro_f1, measured.macro_f1)},
      {"accuracy", figure_json(figures.accuracy, measured.accuracy)},
      {"balanced_accuracy", figure_json(figures.balanced_accuracy, measured.balanced_accuracy)}};
}

Json classes_json(const Cohort& cohort) {
  const auto samples = cohort.samples_by_class(), subjects = cohort.subjects_by_class();
  Json classes = Json::array();
  for (std::size_t c = 0; c < cohort.classes.size(); ++c) {
    classes.push_back(
        {{"name", cohort.classes[c]}, {"samples", samples[c]}, {"subjects", subjects[c]}});
  }
  return classes;
}

std::string figure_line(std::string_view name, const std::optional<double>& value,
                        const std::optional<Interval>& interval, std::string_view beside) {
  std::string text = fmt::format("{:<18} {}", name, value ? fmt::format("{:.3f}", *value) : "-");
  if (interval) text += fmt::format("   {:.3f} to {:.3f}", interval->low, interval->high);
  if (!beside.empty()) text += fmt::format("   {}", beside);
  return text + "\n";
}

std::string confusion_table(const CohortReport& report) {
  const auto& classes = report.cohort.classes;
  std::size_t width = 12;
  for (const auto& name : classes) width = std::max(width, std::min<std::size_t>(name.size(), 30));
  std::string text = fmt::format("{:<{}}", "true \\ called", width + 2);
  for (const auto& name : classes) text += fmt::format("{:>{}}", one_line(name, 30), width + 2);
  text += "\n";
  for (std::size_t c = 0; c < classes.size(); ++c) {
    text += fmt::format("{:<{}}", one_line(classes[c], 30), width + 2);
    for (const auto count : report.measured.confusion[c]) {
      text += fmt::format("{:>{}}", count, width + 2);
    }
    text += "\n";
  }
  return text;
}

std::string permuted_line(const CohortReport& report) {
  if (!report.permuted || !report.measured.figures.auc) return {};
  const auto [low, high] = report.permuted->percent95();
  return fmt::format("{:<18} {:.3f}   {:.3f} to {:.3f}   95 % of {}; p = {:.4g}\n",
                     "  permuted labels", report.permuted->mean(), low, high,
                     counted(report.permuted->aucs.size(), "permutation"),
                     report.permuted->p_value(*report.measured.figures.auc));
}

}  // namespace

double PermutedLabels::p_value(double observed) const {
  const auto reached = std::ranges::count_if(aucs, [&](double auc) { return auc >= observed; });
  return static_cast<double>(reached + 1) / static_cast<double>(aucs.size() + 1);
}

double PermutedLabels::mean() const {
  return std::accumulate(aucs.begin(), aucs.end(), 0.0) / static_cast<double>(aucs.size());
}

Interval PermutedLabels::percent95() const {
  auto sorted = aucs;
  std::ranges::sort(sorted);
  return {percentile(sorted, 0.025), percentile(sorted, 0.975)};
}

MajorityBaseline majority_baseline(const Cohort& cohort) {
  const auto samples = cohort.samples_by_class();
  const auto most = std::ranges::max_element(samples);
  const auto count = static_cast<double>(*most), all = static_cast<double>(cohort.size());
  return {static_cast<std::size_t>(most - samples.begin()), count / all,
          2 * count / (count + all) / static_cast<double>(samples.size())};
}

std::vector<std::string> cohort_notes(const CohortReport& report) {
  std::vector<std::string> notes;
  if (!report.grouped) {
    notes.emplace_back(
        "every sample counts as a subject of its own; where one subject gave several, name their "
        "column with --groups, or the figures are too good");
  }
  const auto& ridges = report.settings.ridges;
  if (ridges.size() > 1 && report.ridge == ridges.front()) {
    notes.push_back(
        fmt::format("the ridge is the smallest that was offered ({}); --ridge may offer "
                    "smaller ones",
                    shortest(report.ridge)));
  }
  if (report.measured.auc && report.measured.auc->low <= 0.5) {
    notes.emplace_back("the interval of the AUC includes 0.5: chance may have made it");
  }
  if (report.rule.pool == SamplePool::precursors) {
    notes.emplace_back("precursors is a control: it sees which ions were fragmented, and no peak");
  }
  return notes;
}

Json to_json(const CohortReport& report) {
  const auto& cohort = report.cohort;
  const MajorityBaseline majority = majority_baseline(cohort);
  Json json = {{"schema_version", kCohortReportVersion},
               {"program", {{"name", "specbridge"}, {"version", program_version()}}},
               {"rule", to_json(report.rule)},
               {"samples", cohort.size()},
               {"subjects", cohort.subjects.size()},
               {"classes", classes_json(cohort)},
               {"folds", report.settings.folds},
               {"seed", report.settings.seed},
               {"figures", figures_json(report.measured)},
               {"majority",
                {{"class", cohort.classes[majority.class_number]},
                 {"accuracy", majority.accuracy},
                 {"macro_f1", majority.macro_f1}}},
               {"confusion", report.measured.confusion},
               {"ridge",
                {{"offered", report.settings.ridges},
                 {"by_fold", report.held_out.ridges},
                 {"of_all", report.ridge}}},
               {"permuted", nullptr},
               {"notes", cohort_notes(report)}};
  if (report.permuted && report.measured.figures.auc) {
    json["permuted"] = {{"times", report.permuted->aucs.size()},
                        {"auc_mean", report.permuted->mean()},
                        {"auc_95", json_of(report.permuted->percent95())},
                        {"p_value", report.permuted->p_value(*report.measured.figures.auc)}};
  }
  return json;
}

std::string to_table(const CohortReport& report) {
  const auto& cohort = report.cohort;
  const auto& [figures, auc, macro_f1, accuracy, balanced, confusion] = report.measured;
  const MajorityBaseline majority = majority_baseline(cohort);
  const auto beside = [&](double value) {
    return fmt::format("{:.3f} if all are called {}", value,
                       one_line(cohort.classes[majority.class_number], 30));
  };
  const auto samples = cohort.samples_by_class(), subjects = cohort.subjects_by_class();
  std::string text =
      fmt::format("{} of {}, pooled by {}; {} folds by subject\n", counted(cohort.size(), "sample"),
                  counted(cohort.subjects.size(), "subject"), to_string(report.rule.pool),
                  report.settings.folds);
  for (std::size_t c = 0; c < cohort.classes.size(); ++c) {
    text += fmt::format("  {}: {} of {}\n", one_line(cohort.classes[c], 60),
                        counted(samples[c], "sample"), counted(subjects[c], "subject"));
  }
  text += fmt::format("\n{:<18} value   95 % interval\n", "held out");
  text += figure_line("AUC", figures.auc, auc, "");
  text += permuted_line(report);
  text += figure_line("macro F1", figures.macro_f1, macro_f1, beside(majority.macro_f1));
  text += figure_line("accuracy", figures.accuracy, accuracy, beside(majority.accuracy));
  text += figure_line("balanced accuracy", figures.balanced_accuracy, balanced, "");
  text += "\n" + confusion_table(report);
  for (const auto& note : cohort_notes(report)) text += "\n" + wrapped("note: " + note, 80, 2);
  return text + (text.ends_with('\n') ? "" : "\n");
}

std::string predictions_table(const CohortReport& report, const std::vector<Sample>& samples) {
  const auto& cohort = report.cohort;
  std::string text = "sample\tsubject\tfold\tlabel\tcall";
  for (const auto& name : cohort.classes) text += "\tchance." + one_line(name);
  text += "\n";
  for (std::size_t i = 0; i < cohort.size(); ++i) {
    const auto& chances = report.held_out.chances[i];
    text += fmt::format("{}\t{}\t{}\t{}\t{}", one_line(samples[cohort.samples[i]].name),
                        one_line(cohort.subjects[cohort.subject_of[i]]), report.held_out.fold_of[i],
                        one_line(cohort.classes[cohort.class_of[i]]),
                        one_line(cohort.classes[called_class(chances)]));
    for (const double chance : chances) text += "\t" + shortest(chance);
    text += "\n";
  }
  return text;
}

}  // namespace specbridge
