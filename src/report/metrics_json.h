#pragma once

#include <map>
#include <optional>
#include <vector>

#include "base/json.h"
#include "report/report.h"

namespace specbridge {

/// null without a value.
Json number_or_null(const std::optional<double>& value);
/// Of Metrics or of one point of a sweep.
Json recalls_by_cutoff(const std::map<std::size_t, std::optional<double>>& recall);
/// What every run has: recall and mrr.
Json json_of(const Metrics& metrics);
/// By figure {"95": [low, high], "99.9": [low, high]}.
Json json_of(const MetricIntervals& intervals);
/// The same of the p values of differences.
Json p_values(const MetricIntervals& intervals);
Json json_of(const std::vector<InputFile>& inputs);

}  // namespace specbridge
