#pragma once

#include <cstddef>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "ranking/hits_table.h"
#include "specbridge/query.h"

namespace specbridge {

/// What is known of a query beside its rows.
struct QueryFacts {
  RecordPlace place = {};
  int charge = 0;               ///< signed, of the likeliest ion; 0: not known
  int polarity = 0;             ///< +1 or -1; 0: not known
  std::string feature_id = {};  ///< its FEATURE_ID, fit for one line
  std::string native_id = {};   ///< of mzML, fit for one line
};
QueryFacts facts_of(const Query& query);

/// The facts as a line, with its end, and back.
std::string line_of(const QueryFacts& facts);
QueryFacts read_facts(std::string_view line);

/// A query with its rows in the hits table.
struct AnsweredQuery {
  QueryFacts facts;
  std::string rows;  ///< lines with their ends, at least one
};

/// The cells of a row; they live as long as the row.
using RowCells = std::vector<std::string_view>;
/// Those of each row.
std::vector<RowCells> cells_of(const AnsweredQuery& query);

/// Finds cells by the names of their columns.
class ColumnPlaces {
 public:
  explicit ColumnPlaces(const HitsLayout& layout);
  bool has(std::string_view column) const { return places_.contains(column); }
  /// Empty where the table has no such column.
  std::string_view cell(const RowCells& row, std::string_view column) const;
  const std::vector<TableColumn>& columns() const noexcept { return columns_; }

 private:
  std::vector<TableColumn> columns_;
  std::map<std::string, std::size_t, std::less<>> places_;
};

}  // namespace specbridge
