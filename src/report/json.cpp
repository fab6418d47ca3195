#include "report/json.h"

#include <fmt/format.h>

#include "report/metrics_json.h"
#include "specbridge/context.h"
#include "specbridge/eval_settings.h"
#include "specbridge/version.h"

namespace specbridge {
namespace {

constexpr int kReportSchema = 1;

/// And what the first structures are like.
Json with_first_structure(const Metrics& metrics) {
  Json json = json_of(metrics);
  json["tanimoto_at_1"] = number_or_null(metrics.tanimoto);
  json["mces_at_1"] = number_or_null(metrics.mces);
  json["mces_at_1_on_misses"] = number_or_null(metrics.mces_on_misses);
  return json;
}

Json json_of(const Histogram& histogram) {
  return {{"low", histogram.low()}, {"high", histogram.high()}, {"counts", histogram.counts()}};
}

Json json_of(const SimilaritySummary& summary) {
  return {{"queries", summary.queries},
          {"mean", summary.mean},
          {"median", summary.median},
          {"histogram", json_of(summary.histogram)}};
}

Json json_of(const Breakdown& breakdown) {
  Json strata = Json::array();
  for (const auto& stratum : breakdown.strata) {
    Json json = with_first_structure(stratum.metrics);
    json["label"] = stratum.label;
    json["queries"] = stratum.queries;
    strata.push_back(std::move(json));
  }
  return strata;
}

Json json_of(const Analyses& analyses) {
  Json json = {{"recall_curve", Json::array()},
               {"rank_histogram", Json::array()},
               {"pool_size_sweep", Json::array()},
               {"by", Json::object()}};
  for (const auto& [cutoff, recall, random] : analyses.curve) {
    json["recall_curve"].push_back(
        {{"k", cutoff}, {"recall", number_or_null(recall)}, {"random", random}});
  }
  for (const auto& [first, last, queries] : analyses.ranks) {
    json["rank_histogram"].push_back({{"first", first}, {"last", last}, {"queries", queries}});
  }
  for (const auto& point : analyses.sweep) {
    json["pool_size_sweep"].push_back({{"pool_size", point.pool_size},
                                       {"smaller_pools", point.smaller},
                                       {"recall", recalls_by_cutoff(point.recall)},
                                       {"mrr", number_or_null(point.mrr)}});
  }
  for (const auto& breakdown : analyses.breakdowns) {
    json["by"][breakdown.property] = json_of(breakdown);
  }
  if (analyses.hardness) json["hardness"] = json_of(*analyses.hardness);
  if (analyses.training) json["nearest_training"] = json_of(*analyses.training);
  if (analyses.mces) json["mces"] = {{"histogram", json_of(analyses.mces->histogram)}};
  if (analyses.separation && is_of_cosines(*analyses.separation)) {
    json["separation"] = {{"truths", json_of(analyses.separation->truths)},
                          {"decoys", json_of(analyses.separation->decoys)}};
  }
  return json;
}

Json rules_of(const ReportSettings& settings) {
  const bool kept = settings.rules.duplicates == Duplicates::kept;
  return {{"identity", to_string(settings.rules.identity)},
          {"ties", to_string(settings.ties)},
          {"duplicates", kept ? "kept" : "merged"},
          {"protocol", settings.protocol.empty() ? Json(nullptr) : Json(settings.protocol)}};
}

Json intervals_of(const EvaluationReport& report) {
  Json json = json_of(report.intervals);
  json["macro"] = json_of(report.macro_intervals);
  json["method"] = "percentile bootstrap";
  json["resampled"] = to_string(report.settings.resampled);
  json["resamples"] = report.settings.bootstrap.resamples;
  json["seed"] = report.settings.bootstrap.seed;
  return json;
}

Json json_of(const Comparison& comparison) {
  Json json = with_first_structure(comparison.other);
  json["difference"] = with_first_structure(comparison.difference);
  json["difference"]["intervals"] = json_of(comparison.intervals);
  json["difference"]["p_value"] = p_values(comparison.intervals);
  json["macro_difference"] = with_first_structure(comparison.macro_difference);
  json["macro_difference"]["intervals"] = json_of(comparison.macro_intervals);
  json["macro_difference"]["p_value"] = p_values(comparison.macro_intervals);
  return json;
}

Json mces_of(const EvaluationReport& report) {
  if (!report.settings.mces) return nullptr;
  const auto& threshold = report.settings.mces->threshold;
  Json json = {{"mode", threshold ? "myopic" : "exact"},
               {"threshold", number_or_null(threshold)},
               {"mean", number_or_null(report.metrics.mces)},
               {"mean_on_misses", number_or_null(report.metrics.mces_on_misses)}};
  const auto& summary = report.analyses.mces;
  json["queries"] = summary ? summary->queries : 0;
  json["misses"] = summary ? summary->misses : 0;
  json["beyond_threshold"] = summary ? summary->beyond : 0;
  json["capped"] = summary ? summary->capped : 0;
  return json;
}

Json json_of(const CertaintyFigures& figures) {
  Json bins = Json::array();
  for (const auto& bin : figures.bins) {
    bins.push_back({{"from", bin.low},
                    {"to", bin.high},
                    {"answers", bin.answers},
                    {"stated", bin.stated},
                    {"right", bin.right}});
  }
  return {{"absent", figures.absent},
          {"answers", figures.answers},
          {"right", figures.right},
          {"expected_error", figures.expected_error},
          {"aurc", figures.risk_area},
          {"aurc_by_margin", figures.risk_by_margin},
          {"reliability", bins},
          {"accepted",
           {{"max_q", kAcceptedQ},
            {"answers", figures.accepted},
            {"wrong", figures.accepted_wrong},
            {"wrong_share_95", {figures.wrong_share.low, figures.wrong_share.high}}}}};
}

Json json_of(const CertaintyReport& certainty) {
  return {{"all_present", json_of(certainty.all_present)},
          {"some_absent", json_of(certainty.some_absent)},
          {"present_expected_error",
           certainty.present_error ? Json(*certainty.present_error) : Json(nullptr)},
          {"auroc_absent", certainty.absent_by_probability},
          {"auroc_absent_by_margin", certainty.absent_by_margin},
          {"truth_alone", certainty.truth_alone}};
}

/// The figures beyond recall and MRR.
void add_figures(const EvaluationReport& report, Json& json) {
  json["median_rank"] = number_or_null(report.metrics.median_rank);
  json["tanimoto_at_1"] = {{"mean", number_or_null(report.metrics.tanimoto)},
                           {"queries", report.similarity.queries},
                           {"mean_on_misses", number_or_null(report.similarity.on_misses)},
                           {"misses", report.similarity.misses}};
  json["mces_at_1"] = mces_of(report);
  json["intervals"] = intervals_of(report);
  json["macro"] = with_first_structure(report.macro);
  json["macro"]["molecules"] = report.molecules;
  json["ties"] = {{"queries", report.ties.queries},
                  {"worst", json_of(report.ties.worst)},
                  {"best", json_of(report.ties.best)}};
  json["rules"] = rules_of(report.settings);
  json["analyses"] = json_of(report.analyses);
  if (report.against) json["against"] = json_of(*report.against);
  if (report.certainty) json["certainty"] = json_of(*report.certainty);
}

}  // namespace

std::string to_json(const EvaluationReport& report) {
  Json json = json_of(report.metrics);
  json["schema_version"] = kReportSchema;
  json["program"] = fmt::format("specbridge {}", program_version());
  json["queries"] = report.queries;
  json["evaluated"] = report.evaluated;
  json["missed"] = report.missed;
  json["random"] = json_of(report.random);
  json["pools"] = {
      {"mean", report.pools.mean}, {"median", report.pools.median}, {"max", report.pools.max}};
  json["inputs"] = json_of(report.inputs);
  json["controls"] = Json::object();
  for (const auto& [name, metrics] : report.controls) json["controls"][name] = json_of(metrics);
  json["notes"] = all_notes(report);
  add_figures(report, json);
  return pretty(json);
}

}  // namespace specbridge
