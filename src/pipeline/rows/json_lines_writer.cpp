#include "pipeline/rows/json_lines_writer.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/json.h"

namespace specbridge {
namespace {

/// The column that a row without an answer leaves empty.
constexpr auto kRank = static_cast<std::size_t>(HitColumn::rank);

/// A cell as JSON; numbers keep their digits.
std::string json_value(std::string_view cell, CellKind kind) {
  if (cell.empty()) return "null";
  if (kind == CellKind::number) return std::string(cell);
  if (kind == CellKind::text) return Json(cell).dump();
  std::string list(cell);
  std::ranges::replace(list, ';', ',');
  return fmt::format("[{}]", list);
}

}  // namespace

JsonLinesWriter::JsonLinesWriter(const HitsLayout& layout, OutputTable& table)
    : columns_(columns_of(layout)), table_(table) {}

std::string JsonLinesWriter::members(const std::vector<std::string_view>& cells, CellOf of) const {
  std::string text;
  for (std::size_t i = 0; i < columns_.size(); ++i) {
    const auto& column = columns_[i];
    if (column.of != of && column.of != CellOf::both) continue;
    text += fmt::format("{}{}:{}", text.empty() ? "" : ",", Json(column.name).dump(),
                        json_value(cells[i], column.kind));
  }
  return text;
}

void JsonLinesWriter::add(const AnsweredQuery& query) {
  const auto rows = cells_of(query);
  std::string text = fmt::format("{{{},\"answers\":[", members(rows.front(), CellOf::query));
  bool first = true;
  for (const auto& cells : rows) {
    if (cells[kRank].empty()) continue;
    text += fmt::format("{}{{{}}}", std::exchange(first, false) ? "" : ",",
                        members(cells, CellOf::answer));
  }
  table_.write(text + "]}\n");
}

}  // namespace specbridge
