#pragma once

#include <cstddef>
#include <filesystem>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "store/separated_rows.h"
#include "store/table_header.h"

namespace specbridge {

/// A row of a table of pairs.
struct PairRow {
  std::string first, second;  ///< SMILES, as written
  std::string problem;        ///< not empty: why the row itself cannot be used
};

/// Streams pairs of SMILES, plain or gzip-compressed, "-" for standard input; separated by tabs,
/// semicolons or commas, quotes as in RFC 4180. With a header (a first line in which some name
/// begins or ends with "smiles") these columns are the pair; without one the first two cells of
/// every line, and the separator is each line's own. Blank lines are no pairs.
class PairReader {
 public:
  /// @throws InputError when the file is missing, or its header does not name two such columns
  explicit PairReader(const std::filesystem::path& path);

  /// The next rows, at most `most`; none at the end.
  std::vector<PairRow> next(std::size_t most);
  double fraction_read() const { return lines_.fraction_read(); }
  const std::string& name() const noexcept { return name_; }

 private:
  void take_header();
  std::optional<PairRow> next_pair();

  TableLines lines_;
  std::string name_;
  std::optional<TableHeader> header_;
  std::pair<std::size_t, std::size_t> columns_ = {0, 1};
};

}  // namespace specbridge
