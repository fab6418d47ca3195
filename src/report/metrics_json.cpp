#include "report/metrics_json.h"

#include <array>
#include <utility>

namespace specbridge {
namespace {

Json json_of(const Interval& interval) {
  return Json::array({interval.low, interval.high});
}

Json json_of(const ResampledFigure& figure) {
  return {{"95", json_of(figure.percent95)}, {"99.9", json_of(figure.percent999)}};
}

using NamedInterval = std::pair<const char*, const std::optional<ResampledFigure>*>;

/// All but those of the recalls.
std::array<NamedInterval, 4> further_of(const MetricIntervals& intervals) {
  return {{{"mrr", &intervals.mrr},
           {"tanimoto_at_1", &intervals.tanimoto},
           {"mces_at_1", &intervals.mces},
           {"mces_at_1_on_misses", &intervals.mces_on_misses}}};
}

}  // namespace

Json number_or_null(const std::optional<double>& value) {
  return value ? Json(*value) : Json(nullptr);
}

Json recalls_by_cutoff(const std::map<std::size_t, std::optional<double>>& recall) {
  Json json = Json::object();
  for (const auto& [cutoff, value] : recall) json[std::to_string(cutoff)] = number_or_null(value);
  return json;
}

Json json_of(const Metrics& metrics) {
  return {{"recall", recalls_by_cutoff(metrics.recall)}, {"mrr", metrics.mrr}};
}

Json json_of(const MetricIntervals& intervals) {
  Json json = {{"recall", Json::object()}};
  for (const auto& [cutoff, figure] : intervals.recall) {
    json["recall"][std::to_string(cutoff)] = json_of(figure);
  }
  for (const auto& [name, figure] : further_of(intervals)) {
    if (*figure) json[name] = json_of(**figure);
  }
  return json;
}

Json p_values(const MetricIntervals& intervals) {
  Json json = {{"recall", Json::object()}};
  for (const auto& [cutoff, figure] : intervals.recall) {
    json["recall"][std::to_string(cutoff)] = figure.p_value;
  }
  for (const auto& [name, figure] : further_of(intervals)) {
    if (*figure) json[name] = (*figure)->p_value;
  }
  return json;
}

Json json_of(const std::vector<InputFile>& inputs) {
  Json list = Json::array();
  for (const auto& [role, path, hash] : inputs) {
    list.push_back({{"role", role}, {"path", path}, {"sha256", hash}});
  }
  return list;
}

}  // namespace specbridge
