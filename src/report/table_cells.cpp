#include "report/table_cells.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"

namespace specbridge {

std::string aligned(const Rows& rows) {
  std::vector<std::size_t> widths(rows.front().size());
  for (const auto& row : rows) {
    for (std::size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], row[i].size());
  }
  std::string text;
  for (const auto& row : rows) {
    std::string line = fmt::format("{:<{}}", row[0], widths[0]);
    for (std::size_t i = 1; i < row.size(); ++i) line += fmt::format("  {:>{}}", row[i], widths[i]);
    line.erase(line.find_last_not_of(' ') + 1);
    text += line + "\n";
  }
  return text;
}

std::string percent(const std::optional<double>& share) {
  return share ? fmt::format("{:.1f} %", 100 * *share) : std::string("unknown");
}

std::string percent_interval(const ResampledFigure* figure) {
  if (figure == nullptr) return {};
  return fmt::format("[{:.1f}, {:.1f}]", 100 * figure->percent95.low, 100 * figure->percent95.high);
}

std::string count_rows(std::size_t queries, std::size_t evaluated,
                       const std::map<std::string, std::size_t>& missed) {
  Rows rows = {{"queries", with_thousands(queries)},
               {"evaluated", with_thousands(evaluated)},
               {"missed", with_thousands(queries - evaluated)}};
  for (const auto& [reason, count] : missed) {
    rows.push_back({"  " + reason, with_thousands(count)});
  }
  return aligned(rows);
}

}  // namespace specbridge
