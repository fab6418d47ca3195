#include "pools/pool_table.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <optional>
#include <unordered_map>
#include <utility>
#include <vector>

#include "base/text.h"
#include "pools/json_pools.h"
#include "pools/text_numbers.h"
#include "specbridge/error.h"
#include "specbridge/record_name.h"
#include "store/byte_reader.h"
#include "store/line_reader.h"
#include "store/separated_rows.h"

namespace specbridge {
namespace {

enum class KeyKind { truth, name, query_index };

struct KeyColumn {
  std::string_view name, plain;
  KeyKind kind;
  NamedBy named_by = NamedBy::id;
};

// In order of preference: what fits one record only, then names of records, then structures.
// `compoundId`, `alignedFeatureId` (SIRIUS's own) and `SpectrumID` (GNPS: of the library's
// spectrum) do not say which query a row belongs to.
constexpr std::array<KeyColumn, 7> kKeyColumns = {{
    {"query_index", "queryindex", KeyKind::query_index},
    {"query_id", "queryid", KeyKind::name},
    {"mappingFeatureId", "mappingfeatureid", KeyKind::name, NamedBy::feature_id},
    {"feature_id", "featureid", KeyKind::name, NamedBy::feature_id},
    {"#Scan#", "scan", KeyKind::name, NamedBy::scan},
    {"query_smiles", "querysmiles", KeyKind::truth},
    {"truth_smiles", "truthsmiles", KeyKind::truth},
}};

std::string expected_form() {
  std::vector<std::string_view> names;
  for (const auto& column : kKeyColumns) names.push_back(column.name);
  const std::string_view last = names.back();
  names.pop_back();
  return fmt::format(
      "candidate pools are {}, or a table with the columns smiles and {} or {}; rename a column",
      kJsonPoolsForm, fmt::join(names, ", "), last);
}

struct Header {
  char separator = '\t';
  std::vector<std::string> names;  ///< as written
  std::size_t line = 0;
};

/// The separator that makes most columns of the first line.
std::optional<Header> read_header(TableLines& lines) {
  std::size_t blank = 0;
  const auto* line = lines.peek(blank);
  while (line != nullptr && trim(line->text).empty()) line = lines.peek(++blank);
  if (line == nullptr) return {};
  Header header;
  for (const char separator : {'\t', ';', ','}) {
    auto names = split_cells(line->text, separator).values;
    if (names.size() <= header.names.size()) continue;
    header = {separator, std::move(names), line->number};
  }
  for (std::size_t i = 0; i <= blank; ++i) lines.next();
  return header;
}

/// "#Scan#" is "scan".
std::string comparable(std::string_view name) {
  std::string plain = plain_name(name);
  std::erase(plain, '#');
  return plain;
}

/// A missing value is empty.
std::string_view value_of(std::string_view cell) {
  cell = trim(cell);
  return cell.size() == 3 && to_upper(cell) == "N/A" ? std::string_view() : cell;
}

class PoolTable {
 public:
  explicit PoolTable(ByteReader bytes)
      : lines_(LineReader(std::move(bytes), LineReader::kMaxLineBytes, LongLine::refuse)) {
    auto header = read_header(lines_);
    if (!header) throw InputError(lines_.at(0), "empty; " + expected_form());
    header_ = std::move(*header);
    for (const std::string_view name : {"smiles", "inchi"}) {
      if (const auto place = find(name, name)) structures_.push_back(*place);
    }
    if (structures_.empty()) refuse("no column smiles");
    find_key();
  }

  RawPools read() {
    while (const auto row = next_row(lines_, header_.separator)) add(*row);
    raw_.texts = texts_.take();
    return std::move(raw_);
  }

 private:
  [[noreturn]] void refuse(std::string_view problem) const {
    const std::string found = fmt::format("{}", fmt::join(header_.names, ", "));
    throw InputError(lines_.at(header_.line), fmt::format("{}; found \"{}\"; {}", problem,
                                                          one_line(found, 400), expected_form()));
  }

  /// Where the column stands; nothing: there is none.
  std::optional<std::size_t> find(std::string_view name, std::string_view plain) const {
    std::optional<std::size_t> place;
    for (std::size_t i = 0; i < header_.names.size(); ++i) {
      if (comparable(header_.names[i]) != plain) continue;
      if (place) refuse(fmt::format("two columns are called {}", name));
      place = i;
    }
    return place;
  }

  /// The SMILES of a row, else its InChI; empty when it states neither.
  std::string structure_of(const std::vector<std::string>& cells) const {
    for (const std::size_t place : structures_) {
      if (const auto text = value_of(cells[place]); !text.empty()) return std::string(text);
    }
    return {};
  }

  void find_key() {
    for (const auto& column : kKeyColumns) {
      const auto place = find(column.name, column.plain);
      if (!place) continue;
      key_ = *place;
      kind_ = column.kind;
      raw_.named_by = column.named_by;
      return;
    }
    refuse("no column says whose candidate a row is");
  }

  void add(const SeparatedRow& row) {
    const auto& cells = row.cells.values;
    if (row.cells.open) {
      throw InputError(lines_.at(row.line), "a quoted value does not end; expected a closing '\"'");
    }
    if (cells.size() != header_.names.size()) {
      throw InputError(lines_.at(row.line), fmt::format("{} columns, but the header has {}",
                                                        cells.size(), header_.names.size()));
    }
    auto& pool = pool_of(value_of(cells[key_]), row.line);
    pool.candidates.push_back(texts_.number_of(structure_of(cells)));
  }

  RawPools::Pool& pool_of(std::string_view key, std::size_t line) {
    const auto [place, fresh] = pool_of_.try_emplace(std::string(key), raw_.pools.size());
    if (fresh) raw_.pools.push_back({key_from(key, line), {}});
    return raw_.pools[place->second];
  }

  PoolKey key_from(std::string_view key, std::size_t line) {
    const auto name = one_line(trim(header_.names[key_]), 40);
    if (key.empty()) {
      throw InputError(lines_.at(line),
                       fmt::format("{} is empty; every row must say whose candidate it is", name));
    }
    if (kind_ == KeyKind::truth) return TruthText{texts_.number_of(std::string(key))};
    if (kind_ == KeyKind::name) return QueryId{std::string(key)};
    const auto index = parse_integer(key);
    if (index && *index >= 0) return QueryIndex{static_cast<std::size_t>(*index)};
    throw InputError(lines_.at(line), fmt::format("{} is not a whole number, 0 or more: \"{}\"",
                                                  name, one_line(key, 60)));
  }

  TableLines lines_;
  Header header_;
  std::vector<std::size_t> structures_;  ///< columns of SMILES and InChI, the best first
  std::size_t key_ = 0;
  KeyKind kind_ = KeyKind::name;
  RawPools raw_;
  TextNumbers texts_;
  std::unordered_map<std::string, std::size_t> pool_of_;
};

}  // namespace

RawPools read_pool_table(ByteReader bytes) {
  return PoolTable(std::move(bytes)).read();
}

}  // namespace specbridge
