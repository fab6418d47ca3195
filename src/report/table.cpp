#include "report/table.h"

#include <fmt/format.h>

#include <cmath>
#include <utility>

#include "base/text.h"
#include "report/table_cells.h"

namespace specbridge {
namespace {

/// Columns of the table behind the program under test: over molecules, the baseline, the controls.
std::vector<std::pair<std::string, const Metrics*>> other_columns(const EvaluationReport& report) {
  std::vector<std::pair<std::string, const Metrics*>> columns = {{"molecules", &report.macro},
                                                                 {"random", &report.random}};
  for (const auto& [name, metrics] : report.controls) columns.emplace_back(name, &metrics);
  return columns;
}

/// Queries with their truth among the first: the numerator behind a recall.
std::string found_cell(const std::optional<double>& recall, std::size_t queries) {
  if (!recall) return {};
  const auto found = static_cast<std::size_t>(std::llround(*recall * static_cast<double>(queries)));
  return fmt::format("{} of {}", with_thousands(found), with_thousands(queries));
}

/// Digits behind the point.
constexpr int kShareDigits = 3, kDistanceDigits = 2;

std::string plain_interval(const std::optional<ResampledFigure>& figure, int digits) {
  if (!figure) return {};
  return fmt::format("[{1:.{0}f}, {2:.{0}f}]", digits, figure->percent95.low,
                     figure->percent95.high);
}

std::string plain(const std::optional<double>& value, int digits) {
  return value ? fmt::format("{:.{}f}", *value, digits) : std::string();
}

void add_recalls(const EvaluationReport& report, Rows& rows) {
  for (const auto& [cutoff, recall] : report.metrics.recall) {
    const auto interval = report.intervals.recall.find(cutoff);
    const bool known = interval != report.intervals.recall.end();
    auto& row = rows.emplace_back(1, fmt::format("Recall@{}", cutoff));
    row.push_back(percent(recall));
    row.push_back(percent_interval(known ? &interval->second : nullptr));
    row.push_back(found_cell(recall, report.queries));
    for (const auto& [name, metrics] : other_columns(report)) {
      row.push_back(percent(metrics->recall.at(cutoff)));
    }
  }
}

/// A figure of the first structures: only runs that were compared with their truths have it.
void add_figure(const EvaluationReport& report, const std::string& name,
                std::optional<double> Metrics::*figure,
                std::optional<ResampledFigure> MetricIntervals::*interval, int digits, Rows& rows) {
  if (!(report.metrics.*figure)) return;
  auto& row = rows.emplace_back(1, name);
  row.push_back(plain(report.metrics.*figure, digits));
  row.push_back(plain_interval(report.intervals.*interval, digits));
  row.emplace_back();
  for (const auto& [column, metrics] : other_columns(report)) {
    row.push_back(plain(metrics->*figure, digits));
  }
}

std::string metric_rows(const EvaluationReport& report) {
  const auto columns = other_columns(report);
  Rows rows = {{"", "model", "95 %", "found"}};
  for (const auto& [name, metrics] : columns) rows[0].push_back(name);
  add_recalls(report, rows);
  auto& mrr = rows.emplace_back(1, "MRR");
  mrr.push_back(plain(report.metrics.mrr, kShareDigits));
  mrr.push_back(plain_interval(report.intervals.mrr, kShareDigits));
  mrr.emplace_back();
  for (const auto& [name, metrics] : columns) mrr.push_back(plain(metrics->mrr, kShareDigits));
  add_figure(report, "Tanimoto@1", &Metrics::tanimoto, &MetricIntervals::tanimoto, kShareDigits,
             rows);
  add_figure(report, "MCES@1", &Metrics::mces, &MetricIntervals::mces, kDistanceDigits, rows);
  add_figure(report, "MCES@1 on misses", &Metrics::mces_on_misses, &MetricIntervals::mces_on_misses,
             kDistanceDigits, rows);
  return aligned(rows);
}

std::string signed_percent(const std::optional<double>& share) {
  return share ? fmt::format("{:+.1f} %", 100 * *share) : std::string("unknown");
}

/// Figures of the other table, and ours less those.
std::string comparison_rows(const EvaluationReport& report) {
  const Comparison& against = *report.against;
  Rows rows = {{"", "model", "against", "difference", "95 %", "p"}};
  for (const auto& [cutoff, recall] : report.metrics.recall) {
    const auto found = against.intervals.recall.find(cutoff);
    const bool known = found != against.intervals.recall.end();
    rows.push_back({fmt::format("Recall@{}", cutoff), percent(recall),
                    percent(against.other.recall.at(cutoff)),
                    signed_percent(against.difference.recall.at(cutoff)),
                    percent_interval(known ? &found->second : nullptr),
                    known ? fmt::format("{:.4f}", found->second.p_value) : std::string()});
  }
  const auto add = [&rows](std::string name, const std::optional<double>& ours,
                           const std::optional<double>& theirs,
                           const std::optional<double>& difference,
                           const std::optional<ResampledFigure>& interval, int digits) {
    if (!ours || !theirs) return;
    rows.push_back({std::move(name), plain(ours, digits), plain(theirs, digits),
                    difference ? fmt::format("{:+.{}f}", *difference, digits) : std::string(),
                    plain_interval(interval, digits),
                    interval ? fmt::format("{:.4f}", interval->p_value) : std::string()});
  };
  add("MRR", report.metrics.mrr, against.other.mrr, against.difference.mrr, against.intervals.mrr,
      kShareDigits);
  add("Tanimoto@1", report.metrics.tanimoto, against.other.tanimoto, against.difference.tanimoto,
      against.intervals.tanimoto, kShareDigits);
  add("MCES@1", report.metrics.mces, against.other.mces, against.difference.mces,
      against.intervals.mces, kDistanceDigits);
  return aligned(rows);
}

/// One line on what the figures are made of.
std::string rules_line(const EvaluationReport& report) {
  const auto& settings = report.settings;
  const auto& median = report.metrics.median_rank;
  return fmt::format(
      "median rank {}; {}; structures told by {}, ties {}; intervals over {}, {}, seed {}",
      median ? fmt::format("{:.1f}", *median) : std::string("unknown (a miss)"),
      counted(report.molecules, "molecule"), to_string(settings.rules.identity),
      to_string(settings.ties), to_string(settings.resampled),
      counted(settings.bootstrap.resamples, "draw"), settings.bootstrap.seed);
}

/// What kind of distance it is, and how many of them are no exact ones.
std::string distance_line(const EvaluationReport& report) {
  const auto& summary = report.analyses.mces;
  if (!report.settings.mces || !summary) return {};
  const auto& threshold = report.settings.mces->threshold;
  const std::string mode =
      threshold ? fmt::format("myopic, threshold {}", shortest(*threshold)) : std::string("exact");
  return fmt::format("MCES@1 {}: {}, of them {}; {} beyond the threshold, {} given up", mode,
                     counted(summary->queries, "query", "queries"),
                     counted(summary->misses, "miss", "misses"),
                     counted(summary->beyond, "distance"), with_thousands(summary->capped));
}

std::string accepted_text(const CertaintyFigures& figures) {
  return figures.accepted == 0
             ? fmt::format("none at q <= {}", kAcceptedQ)
             : fmt::format("{} of {} wrong [{}, {}]", with_thousands(figures.accepted_wrong),
                           with_thousands(figures.accepted), percent(figures.wrong_share.low),
                           percent(figures.wrong_share.high));
}

/// How far the certainty of first answers can be trusted.
std::string certainty_rows(const CertaintyReport& certainty) {
  Rows rows = {{"truths absent", "right", "expected error", "AURC", "by margin",
                fmt::format("wrong at q <= {}", kAcceptedQ)}};
  for (const auto* figures : {&certainty.all_present, &certainty.some_absent}) {
    rows.push_back({percent(figures->absent), percent(figures->right),
                    plain(figures->expected_error, kShareDigits),
                    plain(figures->risk_area, kShareDigits),
                    plain(figures->risk_by_margin, kShareDigits), accepted_text(*figures)});
  }
  std::string absent = fmt::format(
      "AUROC of telling queries whose truth is absent: {:.3f} by probability{}, {:.3f} by the "
      "margin between first and second alone",
      certainty.absent_by_probability,
      certainty.present_error
          ? fmt::format(" that it is there (expected error {:.3f})", *certainty.present_error)
          : std::string(),
      certainty.absent_by_margin);
  if (certainty.truth_alone > 0) {
    absent += fmt::format("; without it {} no candidate, which tells that it is",
                          certainty.truth_alone == 1
                              ? "1 query has"
                              : with_thousands(certainty.truth_alone) + " queries have");
  }
  return aligned(rows) + sentence(absent);
}

}  // namespace

std::string to_table(const EvaluationReport& report) {
  std::string text = metric_rows(report) + "\n";
  if (report.against) text += comparison_rows(report) + "\n";
  if (report.certainty) text += certainty_rows(*report.certainty) + "\n";
  text += count_rows(report.queries, report.evaluated, report.missed);
  if (report.pools.max > 0) {
    text += fmt::format("\npool sizes: mean {:.1f}, median {:.1f}, largest {}\n", report.pools.mean,
                        report.pools.median, with_thousands(report.pools.max));
  }
  if (report.queries > 0) text += sentence(rules_line(report));
  if (const auto line = distance_line(report); !line.empty()) text += sentence(line);
  for (const auto& note : all_notes(report)) text += sentence("note: " + note);
  return text;
}

}  // namespace specbridge
