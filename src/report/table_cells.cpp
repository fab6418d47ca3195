#include "report/table_cells.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"

namespace specbridge {
namespace {

std::vector<std::size_t> widths_of(const Rows& rows) {
  std::vector<std::size_t> widths;
  for (const auto& row : rows) {
    widths.resize(std::max(widths.size(), row.size()));
    for (std::size_t i = 0; i < row.size(); ++i) {
      widths[i] = std::max(widths[i], columns_of(row[i]));
    }
  }
  return widths;
}

std::string padding(const std::string& cell, std::size_t width) {
  return std::string(width - columns_of(cell), ' ');
}

/// The first column and those from `begin` to before `end`.
std::string block_of(const Rows& rows, const std::vector<std::size_t>& widths, std::size_t begin,
                     std::size_t end) {
  std::string text;
  for (const auto& row : rows) {
    std::string line = row[0] + padding(row[0], widths[0]), cells;
    for (std::size_t i = begin; i < std::min(end, row.size()); ++i) {
      cells += "  " + padding(row[i], widths[i]) + row[i];
    }
    const bool empty = cells.find_first_not_of(' ') == std::string::npos;
    if (empty && begin > 1) continue;
    line += cells;
    line.erase(line.find_last_not_of(' ') + 1);
    text += line + "\n";
  }
  return text;
}

}  // namespace

std::string aligned(const Rows& rows) {
  const auto widths = widths_of(rows);
  std::string text;
  std::size_t begin = 1;
  do {
    std::size_t end = begin, columns = widths[0];
    while (end < widths.size() && (end == begin || columns + 2 + widths[end] <= kTableColumns)) {
      columns += 2 + widths[end++];
    }
    text += (text.empty() ? "" : "\n") + block_of(rows, widths, begin, end);
    begin = end;
  } while (begin < widths.size());
  return text;
}

std::string sentence(std::string_view text) {
  return wrapped(text, kTableColumns, 2) + "\n";
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
