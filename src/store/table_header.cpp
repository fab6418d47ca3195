#include "store/table_header.h"

#include <utility>

#include "base/text.h"

namespace specbridge {

std::vector<std::size_t> TableHeader::places_of(std::string_view plain) const {
  std::vector<std::size_t> places;
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (plain_column(names[i]) == plain) places.push_back(i);
  }
  return places;
}

char separator_of(std::string_view line) {
  char best = '\t';
  std::size_t most = 1;
  for (const char separator : {'\t', ';', ','}) {
    const std::size_t cells = split_cells(line, separator).values.size();
    if (cells <= most) continue;
    most = cells;
    best = separator;
  }
  return best;
}

std::optional<TableHeader> read_table_header(TableLines& lines) {
  auto line = lines.next();
  while (line && trim(line->text).empty()) line = lines.next();
  if (!line) return {};
  const char separator = separator_of(line->text);
  return TableHeader{separator, split_cells(line->text, separator).values, line->number};
}

std::string plain_column(std::string_view name) {
  std::string plain = plain_name(name);
  std::erase(plain, '#');
  return plain;
}

std::string_view value_of_cell(std::string_view cell) {
  cell = trim(cell);
  return cell.size() == 3 && to_upper(cell) == "N/A" ? std::string_view() : cell;
}

}  // namespace specbridge
