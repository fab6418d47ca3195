#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "report/report.h"

namespace specbridge {

/// A query to be looked at: how it came out, and its peaks.
struct ExampleQuery {
  QueryResult result;
  std::vector<std::pair<double, double>> peaks;  ///< m/z in Th, intensity in any unit
};

/// Queries that came out well and badly.
struct Examples {
  std::vector<ExampleQuery> best, worst;
};

/// Up to `count` ranked queries whose truth is first, largest pools first, and up to `count` whose
/// truth is furthest down: one query a molecule. Without their peaks.
Examples choose_examples(std::span<const QueryResult> results, std::size_t count = 10);

/// What a page shows of an evaluation beside its report.
struct ShownEvaluation {
  Examples examples;
  std::span<const QueryResult> results;  ///< of all queries, in order
  std::string command_line;              ///< empty: not known
};

/// The text of report.html: one page that needs no other file and no network.
std::string to_html(const EvaluationReport& report, const ShownEvaluation& shown);

}  // namespace specbridge
