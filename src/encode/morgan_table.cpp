#include "encode/morgan_table.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "base/text.h"
#include "specbridge/error.h"
#include "store/line_reader.h"

namespace specbridge {
namespace {

[[noreturn]] void refuse(const LineReader& lines, std::string_view line) {
  throw ArtifactError(
      fmt::format("{}:{}: found \"{}\", expected \"molecules<TAB>N\" and then \"id<TAB>count\" by "
                  "ascending id, "
                  "counts from 1 to N; write the encoder again",
                  lines.name(), lines.line(), one_line(line, 60)));
}

/// The number behind the tab, and what stands before it.
std::pair<std::string_view, std::size_t> read_row(const LineReader& lines, std::string_view line) {
  const auto cells = split(line, '\t');
  const auto number = cells.size() == 2 ? parse_integer(cells[1]) : std::nullopt;
  if (!number || *number < 1) refuse(lines, line);
  return {cells[0], static_cast<std::size_t>(*number)};
}

MorganTable read_table(LineReader& lines) {
  MorganTable table;
  const auto first = lines.next();
  if (!first) refuse(lines, "");
  const auto [label, molecules] = read_row(lines, *first);
  if (label != "molecules") refuse(lines, *first);
  table.molecules = molecules;
  long long previous = -1;
  while (const auto line = lines.next()) {
    const auto [name, count] = read_row(lines, *line);
    const auto id = parse_integer(name);
    const bool fits = id && *id > previous && *id <= std::numeric_limits<std::uint32_t>::max();
    if (!fits || count > molecules) refuse(lines, *line);
    table.frequency.emplace(static_cast<std::uint32_t>(*id), static_cast<std::uint32_t>(count));
    previous = *id;
  }
  return table;
}

}  // namespace

double MorganTable::weight(std::uint32_t id) const {
  const auto it = frequency.find(id);
  const double seen = it == frequency.end() ? 1 : std::max<double>(it->second, 1);
  return std::log((1 + static_cast<double>(molecules)) / (1 + seen));
}

std::string to_text(const MorganStatistics& statistics) {
  std::vector<std::pair<std::uint32_t, std::uint32_t>> rows(statistics.frequencies().begin(),
                                                            statistics.frequencies().end());
  std::sort(rows.begin(), rows.end());
  std::string text = fmt::format("molecules\t{}\n", statistics.molecules());
  for (const auto& [id, count] : rows)
    fmt::format_to(std::back_inserter(text), "{}\t{}\n", id, count);
  return text;
}

MorganTable read_morgan_table(const std::filesystem::path& file) {
  try {
    LineReader lines(file);
    return read_table(lines);
  } catch (const InputError& error) {
    throw ArtifactError(error.what());
  }
}

}  // namespace specbridge
