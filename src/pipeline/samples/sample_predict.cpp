#include "specbridge/sample_predict.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/json.h"
#include "base/text.h"
#include "samples/cohort_figures.h"
#include "samples/cohort_model.h"
#include "samples/sample_table.h"
#include "specbridge/error.h"
#include "store/file.h"
#include "store/output_place.h"
#include "store/output_table.h"

namespace specbridge {
namespace {

/// @throws UsageError when the classifier is for rows of another rule
void check_rule(const SampleTable& samples, const CohortModel& cohort,
                const SamplePredictConfig& config, const RunContext& context) {
  const std::string difference = difference_of(cohort.rule, samples.record.rule);
  if (!difference.empty()) {
    throw UsageError(
        fmt::format("{} was learned from other vectors than those of {}: {}; embed "
                    "the samples as those of the cohort were",
                    config.cohort.string(), config.samples.string(), difference));
  }
  if (cohort.blanks_subtracted == !samples.record.blanks.empty()) return;
  context.warning(fmt::format(
      "blanks were subtracted from the samples {}, and not from the others; calls may suffer",
      cohort.blanks_subtracted ? "that the cohort was learned from" : "that are called"));
}

std::string call_line(const Sample& sample, const SampleTable& samples, const CohortModel& cohort,
                      SamplePredictReport& report) {
  std::string text = one_line(sample.name) + "\t";
  if (!sample.row) {
    ++report.without[sample.status];
    text += std::string(cohort.classes.size() + 1, '\t');
  } else {
    const auto chances = cohort.classifier.chances_of(samples.rows.row(*sample.row));
    const std::size_t call = called_class(chances);
    ++report.calls[cohort.classes[call]];
    text += fmt::format("{}\t{}", one_line(cohort.classes[call]), shortest(chances[call]));
    for (const double chance : chances) text += "\t" + shortest(chance);
  }
  return text + fmt::format("\t{}\t{}\t{}\n", sample.status, one_line(sample.message),
                            one_line(sample.file.string()));
}

}  // namespace

SamplePredictReport run_sample_predict(const SamplePredictConfig& config,
                                       const RunContext& context) {
  check_table_name(config.out);
  check_readable(config.samples);
  claim_outputs({{config.out, config.existing}}, {config.samples, config.cohort}, context);
  const CohortModel cohort = read_cohort_model(config.cohort);
  const SampleTable samples = read_samples(config.samples);
  check_rule(samples, cohort, config, context);
  OutputTable table(config.out, config.existing, context);
  std::string header = "sample\tcall\tchance";
  for (const auto& name : cohort.classes) header += "\tchance." + one_line(name);
  table.write(header + "\tstatus\tmessage\tfile\n");
  SamplePredictReport report{samples.samples.size()};
  for (const auto& sample : samples.samples) {
    table.write(call_line(sample, samples, cohort, report));
  }
  table.finish();
  return report;
}

std::string to_json(const SamplePredictReport& report) {
  return pretty(
      {{"samples", report.samples}, {"calls", report.calls}, {"without_row", report.without}});
}

}  // namespace specbridge
