#include "pipeline/rows/answered_query.h"

#include <fmt/format.h>

#include <stdexcept>

#include "base/text.h"

namespace specbridge {

QueryFacts facts_of(const Query& query) {
  QueryFacts facts;
  facts.place = query.place;
  facts.charge = charge_of(query.spectrum, query.ion);
  facts.polarity = polarity_of(query.spectrum, query.ion);
  facts.feature_id = one_line(query.spectrum.feature_id);
  facts.native_id = one_line(query.spectrum.native_id);
  return facts;
}

std::string line_of(const QueryFacts& facts) {
  return fmt::format("{}\t{}\t{}\t{}\t{}\t{}\n", facts.place.file, facts.place.record, facts.charge,
                     facts.polarity, facts.feature_id, facts.native_id);
}

QueryFacts read_facts(std::string_view line) {
  if (line.ends_with('\n')) line.remove_suffix(1);
  const auto parts = split(line, '\t');
  constexpr std::size_t kParts = 6;
  if (parts.size() != kParts) throw std::logic_error("facts of a query are malformed");
  const auto number = [&](std::size_t part) { return parse_integer(parts[part]).value(); };
  QueryFacts facts;
  facts.place = {static_cast<std::size_t>(number(0)), static_cast<std::size_t>(number(1))};
  facts.charge = static_cast<int>(number(2));
  facts.polarity = static_cast<int>(number(3));
  facts.feature_id = parts[4];
  facts.native_id = parts[5];
  return facts;
}

std::vector<RowCells> cells_of(const AnsweredQuery& query) {
  std::vector<RowCells> rows;
  std::string_view rest = query.rows;
  while (!rest.empty()) {
    const auto end = rest.find('\n');
    rows.push_back(split(rest.substr(0, end), '\t'));
    rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 1);
  }
  return rows;
}

ColumnPlaces::ColumnPlaces(const HitsLayout& layout) : columns_(columns_of(layout)) {
  for (std::size_t i = 0; i < columns_.size(); ++i) places_[columns_[i].name] = i;
}

std::string_view ColumnPlaces::cell(const RowCells& row, std::string_view column) const {
  const auto place = places_.find(column);
  return place == places_.end() ? std::string_view() : row[place->second];
}

}  // namespace specbridge
