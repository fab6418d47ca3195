#pragma once

#include <span>

#include "report/report.h"

namespace specbridge {

/// Fills the macro figures and all intervals of a report whose settings and metrics are set.
void add_intervals(std::span<const QueryResult> results, EvaluationReport& report);

/// Our figures less another table's, query by query, with intervals of the difference.
/// @throws std::logic_error when the results are not of the same queries in the same order
Comparison compare(std::span<const QueryResult> results, std::span<const QueryResult> others,
                   const ReportSettings& settings);

}  // namespace specbridge
