#include "specbridge/eval/report.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "specbridge/base/text.h"
#include "specbridge/eval/metrics.h"
#include "specbridge/store/file.h"

namespace specbridge {
namespace {

/// Whether the ranking behind a result was cut off before the cutoff, so that a recall is unknown.
bool ends_before(const QueryResult& result, std::size_t cutoff) {
  return !result.complete && result.listed < cutoff;
}

std::size_t count_ending_before(std::span<const QueryResult> results, std::size_t cutoff) {
  return static_cast<std::size_t>(
      std::count_if(results.begin(), results.end(),
                    [cutoff](const auto& result) { return ends_before(result, cutoff); }));
}

Metrics random_order(std::span<const QueryResult> results,
                     const std::vector<std::size_t>& cutoffs) {
  RandomBaseline baseline(cutoffs);
  for (const auto& result : results) {
    // Beyond the end of a list the truth may be in the pool; the baseline gets the benefit of the
    // doubt.
    baseline.add(result.pool_size, result.rank.has_value() || result.status == "beyond_k");
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
  if (const auto beyond = report.missed.find("beyond_k"); beyond != report.missed.end()) {
    notes.push_back(
        fmt::format("{} truths are not in their lists, which end before their pools do: "
                    "they count 0 in MRR, and the random baseline takes them to be in "
                    "their pools",
                    with_thousands(beyond->second)));
  }
  return notes;
}

}  // namespace

Metrics measure(std::span<const QueryResult> results, const std::vector<std::size_t>& cutoffs) {
  RankingMeter meter(cutoffs);
  for (const auto& result : results) meter.add(result.rank);
  Metrics metrics;
  for (const std::size_t cutoff : cutoffs) {
    auto& recall = metrics.recall[cutoff];
    if (count_ending_before(results, cutoff) == 0) recall = meter.recall(cutoff);
  }
  metrics.mrr = meter.mrr();
  return metrics;
}

EvaluationReport summarize(std::span<const QueryResult> results,
                           const std::vector<std::size_t>& cutoffs) {
  EvaluationReport report;
  report.queries = results.size();
  for (const auto& result : results) {
    if (result.rank) {
      ++report.evaluated;
    } else {
      ++report.missed[result.status];
    }
  }
  report.metrics = measure(results, cutoffs);
  report.random = random_order(results, cutoffs);
  report.pools = pool_sizes(results);
  report.notes = open_questions(results, report);
  return report;
}

InputFile fingerprint(std::string role, const std::filesystem::path& path) {
  return {std::move(role), path.string(), sha256_of_file(path)};
}

}  // namespace specbridge
