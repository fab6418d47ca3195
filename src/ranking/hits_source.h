#pragma once

#include <cstddef>
#include <filesystem>
#include <memory>
#include <string_view>
#include <utility>
#include <vector>

#include "specbridge/error.h"
#include "store/separated_rows.h"
#include "store/table_header.h"

namespace specbridge {

/// The rows of a table of hits, however it is written.
class HitsSource {
 public:
  virtual ~HitsSource() = default;
  HitsSource(const HitsSource&) = delete;
  HitsSource& operator=(const HitsSource&) = delete;

  /// Reads the next row; false at the end. @throws InputError with the line for a malformed one
  virtual bool next() = 0;
  const TableHeader& header() const noexcept { return header_; }
  /// Whether the columns are those of search.
  bool ours() const noexcept { return ours_; }
  /// Of the row that next() read, as many as the header has names; valid until the next call.
  const std::vector<std::string_view>& cells() const noexcept { return cells_; }
  /// 1-based line where that row begins.
  std::size_t line() const noexcept { return line_; }
  SourcePos at(std::size_t line) const { return lines_.at(line); }

 protected:
  HitsSource(TableLines lines, TableHeader header, bool ours)
      : lines_(std::move(lines)), header_(std::move(header)), ours_(ours) {}
  /// @throws InputError unless there are as many cells as names
  void check_width() const;

  TableLines lines_;
  TableHeader header_;
  bool ours_;
  std::vector<std::string_view> cells_;
  std::size_t line_ = 0;
};

/// Opens a table with a header, separated by tabs, semicolons or commas (quotes as in RFC 4180; in
/// a table of ours that is separated by tabs a quote is a quote), or the JSON lines that search
/// writes. @throws InputError when the file is missing or empty, or is mzTab-M
std::unique_ptr<HitsSource> open_hits_source(const std::filesystem::path& path);

}  // namespace specbridge
