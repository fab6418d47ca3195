#include "specbridge/sample_fit.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/json.h"
#include "base/text.h"
#include "pipeline/samples/call_drivers.h"
#include "samples/cohort.h"
#include "samples/cohort_model.h"
#include "samples/cohort_report.h"
#include "samples/nested_folds.h"
#include "samples/sample_table.h"
#include "specbridge/error.h"
#include "store/file.h"
#include "store/output_place.h"
#include "store/paths.h"
#include "store/staging.h"

namespace specbridge {
namespace {

void check_settings(const SampleFitConfig& config) {
  if (config.folds < 2) {
    throw UsageError(fmt::format("--folds {}: expected 2 or more", config.folds));
  }
  if (config.ridges.empty()) throw UsageError("--ridge: expected one number or more");
  for (const double ridge : config.ridges) {
    if (ridge > 0) continue;
    throw UsageError(fmt::format("--ridge {}: expected numbers above 0", ridge));
  }
}

NestedSettings nested_settings(const SampleFitConfig& config, const RunContext& context) {
  auto ridges = config.ridges;
  std::ranges::sort(ridges);
  return {config.folds, std::move(ridges), context.seed};
}

PermutedLabels permute_labels(const LabelledRows& data, const NestedSettings& settings,
                              std::size_t times, const RunContext& context) {
  return {permuted_figures(data, settings, times, context,
                           [](const LabelledRows& permuted, const HeldOutChances& held_out) {
                             std::vector<std::size_t> classes;
                             for (const auto subject : permuted.subject_of) {
                               classes.push_back(permuted.class_of_subject[subject]);
                             }
                             const std::vector<std::uint32_t> once(classes.size(), 1);
                             return cohort_figures(classes, held_out, once).auc.value_or(0.5);
                           })};
}

/// All that is learned of a cohort but the classifier.
CohortReport report_on(const Cohort& cohort, const SampleRule& rule, const SampleFitConfig& config,
                       const RunContext& context) {
  const LabelledRows data{cohort.rows, cohort.subject_of, cohort.class_of_subject,
                          cohort.classes.size()};
  const NestedSettings settings = nested_settings(config, context);
  context.progress("cross-validating", 0, 0);
  HeldOutChances held_out = nested_cross_validation(data, settings);
  MeasuredCohort measured =
      measure_cohort(cohort, held_out, {config.resamples, context.seed, context.threads});
  std::vector<std::size_t> all(cohort.size());
  for (std::size_t i = 0; i < all.size(); ++i) all[i] = i;
  CohortReport report{cohort, rule, std::move(measured),     std::move(held_out), settings,
                      0,      {},   config.group.has_value()};
  report.ridge = choose_ridge(data, all, settings, config.folds + 1);
  if (config.permutations > 0) {
    report.permuted = permute_labels(data, settings, config.permutations, context);
  }
  return report;
}

Json input_json(const char* role, const std::filesystem::path& path) {
  return {{"role", role}, {"path", recorded(path)}, {"sha256", sha256_of_file(path)}};
}

CallDrivers drivers_of(const SampleTable& samples, const Cohort& cohort,
                       const Classifier& classifier, const SampleFitConfig& config,
                       const RunContext& context) {
  if (config.drivers == 0) return {{}, 0, "--drivers 0"};
  return list_drivers(samples, cohort, classifier,
                      {config.spectra, config.model, config.drivers, config.in_flight}, context);
}

}  // namespace

SampleFitReport run_sample_fit(const SampleFitConfig& config, const RunContext& context) {
  check_settings(config);
  check_readable(config.samples);
  check_readable(config.labels);
  const DirectoryKind kind{kCohortArtifact};
  claim_directory(config.out, kind, {config.samples, config.labels}, config.existing, context);
  const SampleTable samples = read_samples(config.samples);
  const Cohort cohort = read_cohort(samples, config.labels, {config.label, config.group}, context);
  check_folds(cohort, config.folds, config.labels);
  const CohortReport report = report_on(cohort, samples.record.rule, config, context);
  const CohortModel model{
      samples.record.rule, cohort.classes,
      fit_classifier(cohort.rows, cohort.class_of, cohort.classes.size(), report.ridge),
      !samples.record.blanks.empty()};
  const CallDrivers drivers = drivers_of(samples, cohort, model.classifier, config, context);
  Json json = to_json(report);
  json["inputs"] = {input_json("samples", config.samples), input_json("labels", config.labels)};
  json["drivers"] = drivers.missing.empty() ? Json(drivers.spectra) : Json(nullptr);
  StagedDirectory folder(config.out, kind, config.existing);
  write_file(folder.path() / "report.json", pretty(json));
  write_file(folder.path() / "predictions.tsv", predictions_table(report, samples.samples));
  if (drivers.missing.empty()) write_file(folder.path() / "drivers.tsv", drivers.table);
  write_cohort(folder.path(), model,
               {{"samples", cohort.size()},
                {"subjects", cohort.subjects.size()},
                {"ridge", report.ridge},
                {"command_line", context.command_line}});
  folder.commit();
  return {pretty(json), to_table(report), drivers.spectra, drivers.missing};
}

}  // namespace specbridge
