#include "pipeline/similarity/listed_pairs.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "base/text.h"

namespace specbridge {
namespace {

std::size_t column_called(std::string_view name, const TableHeader& header,
                          const SourcePos& place) {
  const auto places = header.places_of(plain_column(name));
  if (places.size() == 1) return places.front();
  throw InputError(place,
                   fmt::format("{} called {} in \"{}\"; expected one, and one called {}",
                               counted(places.size(), "column"), name,
                               one_line(fmt::format("{}", fmt::join(header.names, ", ")), 200),
                               name == "query_index" ? "reference_index" : "query_index"));
}

}  // namespace

ListedPairs::ListedPairs(const std::filesystem::path& file, std::size_t queries,
                         std::size_t references)
    : lines_(LineReader(file)), queries_(queries), references_(references) {
  const auto header = read_table_header(lines_);
  if (!header) {
    throw InputError(lines_.at(0),
                     "is empty; expected a table with the columns query_index, reference_index");
  }
  header_ = *header;
  query_column_ = column_called("query_index", header_, lines_.at(header_.line));
  reference_column_ = column_called("reference_index", header_, lines_.at(header_.line));
}

std::size_t ListedPairs::number_in(const SeparatedRow& row, std::size_t column,
                                   std::size_t records) const {
  const auto& cells = row.cells.values;
  const auto text = column < cells.size() ? trim(cells[column]) : std::string_view();
  const auto number = parse_integer(text);
  if (number && *number >= 0 && static_cast<std::size_t>(*number) < records) {
    return static_cast<std::size_t>(*number);
  }
  throw InputError(lines_.at(row.line),
                   fmt::format("{} is \"{}\"; expected the number of a record, from 0 to {}",
                               header_.names[column], one_line(text, 60), records - 1));
}

std::vector<ListedPair> ListedPairs::next(std::size_t most) {
  std::vector<ListedPair> pairs;
  while (pairs.size() < most) {
    const auto row = next_row(lines_, header_.separator);
    if (!row) break;
    pairs.push_back({number_in(*row, query_column_, queries_),
                     number_in(*row, reference_column_, references_)});
  }
  return pairs;
}

}  // namespace specbridge
