#include "pools/pool_table.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <optional>
#include <unordered_map>
#include <utility>
#include <variant>
#include <vector>

#include "base/text.h"
#include "pools/json_pools.h"
#include "pools/text_numbers.h"
#include "ranking/query_columns.h"
#include "specbridge/error.h"
#include "store/byte_reader.h"
#include "store/line_reader.h"
#include "store/separated_rows.h"
#include "store/table_header.h"

namespace specbridge {
namespace {

/// The columns that hold the structure whose candidate a row is, behind those that name a query.
struct TruthColumn {
  std::string_view name, plain;
};
constexpr std::array<TruthColumn, 2> kTruthColumns = {{
    {"query_smiles", "querysmiles"},
    {"truth_smiles", "truthsmiles"},
}};

std::string expected_form() {
  std::vector<std::string_view> names;
  for (const auto& column : kQueryColumns) names.push_back(column.name);
  for (const auto& column : kTruthColumns) names.push_back(column.name);
  const std::string_view last = names.back();
  names.pop_back();
  return fmt::format(
      "candidate pools are {}, or a table with the columns smiles and {} or {}; rename a column",
      kJsonPoolsForm, fmt::join(names, ", "), last);
}

class PoolTable {
 public:
  explicit PoolTable(ByteReader bytes)
      : lines_(LineReader(std::move(bytes), LineReader::kMaxLineBytes, LongLine::refuse)) {
    auto header = read_table_header(lines_);
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
    const auto places = header_.places_of(plain);
    if (places.size() > 1) refuse(fmt::format("two columns are called {}", name));
    return places.empty() ? std::nullopt : std::optional(places.front());
  }

  /// The SMILES of a row, else its InChI; empty when it states neither.
  std::string structure_of(const std::vector<std::string>& cells) const {
    for (const std::size_t place : structures_) {
      if (const auto text = value_of_cell(cells[place]); !text.empty()) return std::string(text);
    }
    return {};
  }

  void find_key() {
    for (const auto& column : kQueryColumns) {
      const auto place = find(column.name, column.plain);
      if (!place) continue;
      key_ = *place;
      kind_ = column.kind;
      raw_.named_by = column.named_by;
      if (kind_ == QueryColumnKind::index) id_ = find("query_id", "queryid");
      return;
    }
    for (const auto& [name, plain] : kTruthColumns) {
      const auto place = find(name, plain);
      if (!place) continue;
      key_ = *place;
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
      throw InputError(lines_.at(row.line),
                       fmt::format("{}, but the header has {}", counted(cells.size(), "column"),
                                   header_.names.size()));
    }
    auto& pool = pool_of(row);
    pool.candidates.push_back(texts_.number_of(structure_of(cells)));
  }

  RawPools::Pool& pool_of(const SeparatedRow& row) {
    const auto& cells = row.cells.values;
    const auto key = value_of_cell(cells[key_]);
    const auto [place, fresh] = pool_of_.try_emplace(std::string(key), raw_.pools.size());
    if (fresh) {
      raw_.pools.push_back({key_from(key, row.line), {}});
      auto* query = std::get_if<QueryIndex>(&raw_.pools.back().key);
      if (query != nullptr && id_) query->id = value_of_cell(cells[*id_]);
    }
    return raw_.pools[place->second];
  }

  PoolKey key_from(std::string_view key, std::size_t line) {
    const auto name = one_line(trim(header_.names[key_]), 40);
    if (key.empty()) {
      throw InputError(lines_.at(line),
                       fmt::format("{} is empty; every row must say whose candidate it is", name));
    }
    if (!kind_) return TruthText{texts_.number_of(std::string(key))};
    if (kind_ == QueryColumnKind::name) return QueryId{std::string(key)};
    const auto number = parse_integer(key);
    const int first = kind_ == QueryColumnKind::number ? 1 : 0;
    if (number && *number >= first) return QueryIndex{static_cast<std::size_t>(*number - first)};
    throw InputError(lines_.at(line), fmt::format("{} is not a whole number, {} or more: \"{}\"",
                                                  name, first, one_line(key, 60)));
  }

  TableLines lines_;
  TableHeader header_;
  std::vector<std::size_t> structures_;  ///< columns of SMILES and InChI, the best first
  std::size_t key_ = 0;
  std::optional<QueryColumnKind> kind_;  ///< of the key; nothing: it is a truth
  std::optional<std::size_t> id_;        ///< the column query_id beside the key query_index
  RawPools raw_;
  TextNumbers texts_;
  std::unordered_map<std::string, std::size_t> pool_of_;
};

}  // namespace

RawPools read_pool_table(ByteReader bytes) {
  return PoolTable(std::move(bytes)).read();
}

}  // namespace specbridge
