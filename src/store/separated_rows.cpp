#include "store/separated_rows.h"

#include <utility>

#include "base/text.h"

namespace specbridge {
namespace {

constexpr std::size_t kMaxRowLines = 100;

/// Joins lines while a quoted value is open.
SeparatedCells read_cells(const TableLine& line, TableLines& lines, char separator) {
  std::string text = line.text;
  SeparatedCells first = split_cells(text, separator);
  if (!first.open) return first;
  for (std::size_t used = 1; used <= kMaxRowLines; ++used) {
    const auto* more = lines.peek(used - 1);
    if (more == nullptr) break;
    text += '\n';
    text += more->text;
    SeparatedCells cells = split_cells(text, separator);
    if (cells.open) continue;
    for (std::size_t i = 0; i < used; ++i) lines.next();
    return cells;
  }
  return first;
}

}  // namespace

std::optional<TableLine> TableLines::next() {
  if (peek(0) == nullptr) return {};
  auto line = std::move(ahead_.front());
  ahead_.pop_front();
  return line;
}

const TableLine* TableLines::peek(std::size_t ahead) {
  while (ahead_.size() <= ahead) {
    const auto line = reader_.next();
    if (!line) return nullptr;
    ahead_.push_back({std::string(*line), reader_.line()});
  }
  return &ahead_[ahead];
}

SeparatedCells split_cells(std::string_view text, char separator) {
  SeparatedCells cells{{""}, false};
  bool at_start = true;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    std::string& cell = cells.values.back();
    if (cells.open) {
      const bool doubled = c == '"' && i + 1 < text.size() && text[i + 1] == '"';
      if (doubled) ++i;
      if (c == '"' && !doubled) {
        cells.open = false;
      } else {
        cell += c;
      }
    } else if (c == '"' && at_start) {
      cells.open = true;
      at_start = false;
    } else if (c == separator) {
      cells.values.emplace_back();
      at_start = true;
    } else {
      at_start = at_start && c == ' ';
      cell += c;
    }
  }
  return cells;
}

std::optional<SeparatedRow> next_row(TableLines& lines, char separator) {
  auto line = lines.next();
  while (line && trim(line->text).empty()) line = lines.next();
  if (!line) return {};
  return SeparatedRow{read_cells(*line, lines, separator), line->number};
}

std::string plain_name(std::string_view name) {
  std::string plain;
  for (const char c : trim(name)) {
    const bool filler = c == ' ' || c == '_' || c == '-';
    if (!filler) plain += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  }
  return plain;
}

}  // namespace specbridge
