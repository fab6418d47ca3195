#pragma once

#include <cstddef>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "ranking/hits_table.h"
#include "specbridge/record_name.h"

namespace specbridge {

/// What of a query the rows of a hits table state.
struct HitsColumns {
  bool number = false;             ///< Hit::query_index
  bool name = false;               ///< Hit::query_id
  NamedBy named_by = NamedBy::id;  ///< what Hit::query_id is
  bool rank = false, score = false;
};

/// Streams a table of hits of any program, or JSON lines of search; see open_hits_source(). Columns
/// stand in any order and are compared by plain_column(). Whose hit a row is: the columns of
/// kQueryColumns. What it is: `smiles`, or `inchikey14`, `InChIKey2D`, `InChIKey1`, `InChIKey`. How
/// good it is: `score`, `CSI:FingerIDScore` (SIRIUS), `ms2query_model_prediction`, `MQScore`
/// (GNPS), or `structurePerIdRank` (SIRIUS), `rank`.
class HitsReader {
 public:
  /// @throws InputError when the file is missing or a needed column is absent (names both). A table
  /// without a column that names queries is of one query, whose name is that of the file.
  explicit HitsReader(const std::filesystem::path& path);
  ~HitsReader();
  HitsReader(HitsReader&&) noexcept;

  const HitsColumns& columns() const noexcept;
  /// Whether no column says whose hit a row is; every Hit::query_id is then the name of the file
  /// without its endings.
  bool of_one_query() const noexcept;
  /// Whether queries are named by a column of another program, which may leave rows of one query
  /// apart.
  bool of_another_program() const noexcept;
  /// The next row; nothing at the end. Blank lines are passed over.
  /// @throws InputError with the line for a malformed row
  std::optional<Hit> next();
  /// 1-based line where the row begins that next() returned last.
  std::size_t line() const noexcept;
  /// The names of all columns as the header states them, and the cells of the row that next()
  /// returned last: what a Hit does not hold as well.
  const std::vector<std::string>& column_names() const noexcept;
  std::vector<std::string> cells() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace specbridge
