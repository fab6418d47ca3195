#pragma once

#include <cstddef>
#include <filesystem>
#include <vector>

#include "specbridge/error.h"
#include "store/separated_rows.h"
#include "store/table_header.h"

namespace specbridge {

/// Two records by their numbers.
struct ListedPair {
  std::size_t query = 0, reference = 0;
};

/// Reads a table of pairs with the columns query_index and reference_index, and any others.
class ListedPairs {
 public:
  /// @throws InputError when a column is missing
  ListedPairs(const std::filesystem::path& file, std::size_t queries, std::size_t references);
  /// Up to `most` further pairs. @throws InputError for a row that names no pair
  std::vector<ListedPair> next(std::size_t most);

 private:
  std::size_t number_in(const SeparatedRow& row, std::size_t column, std::size_t records) const;

  TableLines lines_;
  TableHeader header_;
  std::size_t query_column_ = 0, reference_column_ = 0, queries_ = 0, references_ = 0;
};

}  // namespace specbridge
