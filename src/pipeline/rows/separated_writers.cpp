#include "pipeline/rows/separated_writers.h"

namespace specbridge {

std::string csv_cell(std::string_view value) {
  if (value.find_first_of(",\"\r\n") == std::string_view::npos) return std::string(value);
  std::string cell = "\"";
  for (const char c : value) {
    if (c == '"') cell += c;
    cell += c;
  }
  return cell + "\"";
}

TabWriter::TabWriter(const HitsLayout& layout, OutputTable& table) : table_(table) {
  table_.write(hits_header(layout));
}

void TabWriter::add(const AnsweredQuery& query) {
  table_.write(query.rows);
}

CommaWriter::CommaWriter(const HitsLayout& layout, OutputTable& table) : table_(table) {
  std::string header;
  for (const auto& column : columns_of(layout)) {
    header += (header.empty() ? "" : ",") + csv_cell(column.name);
  }
  table_.write(header + "\n");
}

void CommaWriter::add(const AnsweredQuery& query) {
  std::string text;
  for (const auto& cells : cells_of(query)) {
    for (std::size_t i = 0; i < cells.size(); ++i) text += (i > 0 ? "," : "") + csv_cell(cells[i]);
    text += "\n";
  }
  table_.write(text);
}

}  // namespace specbridge
