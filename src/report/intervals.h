#pragma once

#include <span>

#include "report/report.h"

namespace specbridge {

/// Fills the macro figures and all intervals of a report whose settings and metrics are set.
void add_intervals(std::span<const QueryResult> results, EvaluationReport& report);

}  // namespace specbridge
