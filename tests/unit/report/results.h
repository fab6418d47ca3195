#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "report/report.h"
#include "specbridge/eval_settings.h"
#include "specbridge/mces_options.h"

// Results of queries that the tests of the report begin with.
namespace specbridge::test {

/// A query whose truth is in place `rank`.
inline QueryResult ranked(std::size_t rank, std::size_t pool_size) {
  QueryResult result;
  result.rank = rank;
  result.pool_size = result.listed = pool_size;
  return result;
}

/// A query without a rank, for the reason `status`.
inline QueryResult missed(StatedStatus status, std::size_t pool_size = 0) {
  QueryResult result;
  result.status = status;
  result.pool_size = result.listed = pool_size;
  return result;
}

/// A list cut after `listed` structures of a larger pool.
inline QueryResult cut(QueryResult result, std::size_t listed) {
  result.listed = listed;
  result.complete = false;
  return result;
}

/// Two queries that are ranked and two that are not.
inline EvaluationReport example() {
  const std::vector<QueryResult> results = {ranked(1, 4), ranked(2, 2), missed(Status::no_peaks),
                                            missed(Status::truth_not_in_pool, 10)};
  return summarize(results);
}

/// Three spectra of one molecule that are found and one of another that is not.
inline std::vector<QueryResult> two_molecules() {
  std::vector<QueryResult> results = {ranked(1, 8), ranked(1, 8), ranked(1, 8), ranked(5, 8)};
  for (std::size_t i = 0; i < results.size(); ++i) {
    results[i].name.index = i;
    results[i].inchikey14 = i < 3 ? "LFQSCWFLJHTTHZ" : "OTMSDBZUPAUEDD";
  }
  return results;
}

/// A ranked query whose first structure is so far from the truth.
inline QueryResult distant(std::size_t rank, double distance) {
  QueryResult result = ranked(rank, 90);
  result.mces = FirstDistance{.distance = distance, .lower = distance, .upper = distance};
  return result;
}

inline ReportSettings with_distances(const McesOptions& options = {}) {
  ReportSettings settings;
  settings.mces = options;
  return settings;
}

}  // namespace specbridge::test
