#include "report/report.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"
#include "eval/random_baseline.h"
#include "report/intervals.h"
#include "specbridge/status.h"
#include "specbridge/tie_rule.h"
#include "store/file.h"
#include "store/paths.h"

namespace specbridge {
namespace {

std::size_t count_ending_before(std::span<const QueryResult> results, std::size_t cutoff) {
  return static_cast<std::size_t>(
      std::count_if(results.begin(), results.end(),
                    [cutoff](const auto& result) { return ends_before(result, cutoff); }));
}

/// Queries whose first structures are a selection.
std::size_t count_sampled(std::span<const QueryResult> results) {
  return static_cast<std::size_t>(
      std::count_if(results.begin(), results.end(), [](const QueryResult& result) {
        return result.first.tied > kMostFirst && (result.tanimoto || result.mces);
      }));
}

Metrics random_order(std::span<const QueryResult> results,
                     const std::vector<std::size_t>& cutoffs) {
  RandomBaseline baseline(cutoffs);
  for (const auto& result : results) {
    // Beyond the end of a list the truth may be in the pool; the baseline gets the benefit of the
    // doubt.
    baseline.add(result.pool_size, result.rank.has_value() || result.status == Status::beyond_k);
  }
  Metrics metrics;
  for (const std::size_t cutoff : cutoffs) metrics.recall[cutoff] = baseline.recall(cutoff);
  metrics.mrr = baseline.mrr();
  return metrics;
}

PoolSizes pool_sizes(std::span<const QueryResult> results) {
  std::vector<std::size_t> sizes;
  double sum = 0;
  for (const auto& result : results) {
    if (result.pool_size == 0) continue;
    sizes.push_back(result.pool_size);
    sum += static_cast<double>(result.pool_size);
  }
  if (sizes.empty()) return {};
  std::sort(sizes.begin(), sizes.end());
  const std::size_t middle = sizes.size() / 2;
  const auto upper = static_cast<double>(sizes[middle]);
  const auto lower = static_cast<double>(sizes[sizes.size() % 2 == 1 ? middle : middle - 1]);
  return {sum / static_cast<double>(sizes.size()), (lower + upper) / 2, sizes.back()};
}

std::vector<std::string> open_questions(std::span<const QueryResult> results,
                                        const EvaluationReport& report) {
  std::vector<std::string> notes;
  for (const auto& [cutoff, recall] : report.metrics.recall) {
    if (recall) continue;
    notes.push_back(
        fmt::format("Recall@{0} cannot be known: {1} of {2} queries list fewer than {0} "
                    "structures of a longer ranking",
                    cutoff, with_thousands(count_ending_before(results, cutoff)),
                    with_thousands(report.queries)));
  }
  const auto beyond = report.missed.find("beyond_k");
  const std::size_t unknown = beyond == report.missed.end() ? 0 : beyond->second;
  if (unknown > 0) {
    notes.push_back(
        fmt::format("{}, where lists end before their pools do: that counts 0 in MRR, the random "
                    "baseline takes it to be in the pool, and the pool-size sweep leaves open what "
                    "depends on the rank",
                    counted(unknown, "truth is not in its list", "truths are not in their lists")));
  }
  if (const std::size_t sampled = count_sampled(results); sampled > 0) {
    notes.push_back(
        fmt::format("{} more than {} wrong structures with the best score: Tanimoto@1 and MCES@1 "
                    "are taken over "
                    "{} of them, the first by {}",
                    counted(sampled, "query has", "queries have"), kMostFirst, kMostFirst,
                    to_string(report.settings.rules.identity)));
  }
  if (report.queries > 0) {
    notes.push_back(truths_in_pools(report.evaluated, report.queries, unknown));
  }
  return notes;
}

TieReport tie_report(std::span<const QueryResult> results,
                     const std::vector<std::size_t>& cutoffs) {
  TieReport report;
  for (const auto& result : results) report.queries += result.rank && result.ties > 0 ? 1 : 0;
  report.worst = measure(results, cutoffs, TieRule::worst);
  report.best = measure(results, cutoffs, TieRule::best);
  return report;
}

SimilarityReport similarity_report(std::span<const QueryResult> results, TieRule ties) {
  SimilarityReport report;
  PartialMean on_misses;
  for (const auto& result : results) {
    if (!result.tanimoto) continue;
    ++report.queries;
    if (!is_first(result, ties)) ++report.misses;
    on_misses.add(tanimoto_on_miss(result), miss_share(result, ties));
  }
  report.on_misses = on_misses.mean();
  return report;
}

/// What the preset leaves out of sight, in figures of this very run.
std::string protocol_note(const EvaluationReport& report) {
  const std::size_t first = report.settings.cutoffs.front();
  const auto percent = [first](const Metrics& metrics) {
    const auto recall = metrics.recall.at(first);
    return recall ? fmt::format("{:.1f} %", 100 * *recall) : std::string("unknown");
  };
  return fmt::format(
      "protocol {}: ties go to the truth, candidates that are one structure keep their places, and "
      "intervals take spectra for independent. It hides {} (Recall@{} with ties against the "
      "truth: {}), that {} of {} (Recall@{} over molecules: {}), and what a "
      "random order of these pools gives (at least {}: one truth a pool); a query without truth in "
      "its pool, which the "
      "original refuses, is a miss here",
      report.settings.protocol, counted(report.ties.queries, "tie"), first,
      percent(report.ties.worst), counted(report.queries, "spectrum is", "spectra are"),
      counted(report.molecules, "molecule"), first, percent(report.macro), percent(report.random));
}

}  // namespace

EvaluationReport summarize(std::span<const QueryResult> results, const ReportSettings& settings) {
  EvaluationReport report;
  report.settings = settings;
  report.queries = results.size();
  for (const auto& result : results) {
    if (result.rank) {
      ++report.evaluated;
    } else {
      ++report.missed[std::string(result.status.word())];
    }
  }
  report.metrics = measure(results, settings.cutoffs, settings.ties);
  report.random = random_order(results, settings.cutoffs);
  report.pools = pool_sizes(results);
  report.ties = tie_report(results, settings.cutoffs);
  report.similarity = similarity_report(results, settings.ties);
  add_intervals(results, report);
  report.analyses = analyse(results, {settings.cutoffs, settings.ties, settings.pool_sizes});
  report.notes = open_questions(results, report);
  if (!settings.protocol.empty()) report.notes.push_back(protocol_note(report));
  return report;
}

std::string truths_in_pools(std::size_t inside, std::size_t queries, std::size_t unknown) {
  return fmt::format(
      "truth in the pool: {} of {}{}", with_thousands(inside), counted(queries, "query", "queries"),
      unknown == 0 ? std::string()
                   : fmt::format(", not known for {} more", with_thousands(unknown)));
}

std::vector<std::string> all_notes(const EvaluationReport& report) {
  std::vector<std::string> notes = report.notes;
  const auto& separation = report.analyses.separation;
  if (separation && !left_out(*separation).empty()) notes.push_back(left_out(*separation));
  return notes;
}

InputFile fingerprint(std::string role, const std::filesystem::path& path) {
  return {std::move(role), recorded(path), sha256_of_file(path)};
}

std::vector<InputFile> fingerprints(const std::string& role,
                                    const std::vector<std::filesystem::path>& files) {
  std::vector<InputFile> inputs;
  for (const auto& path : files) {
    inputs.push_back(path == "-" ? InputFile{role, "-", ""} : fingerprint(role, path));
  }
  return inputs;
}

void add_artifacts(const std::optional<std::filesystem::path>& model,
                   const std::optional<std::filesystem::path>& library,
                   std::vector<InputFile>& inputs) {
  if (model) inputs.push_back(fingerprint("model", *model / "manifest.json"));
  if (library) inputs.push_back(fingerprint("library", *library / "manifest.json"));
}

}  // namespace specbridge
