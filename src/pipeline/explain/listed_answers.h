#pragma once

#include <cstddef>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "eval/truth.h"

namespace specbridge {

/// An answer of a hits table, or that a query has none.
struct ListedAnswer {
  std::optional<std::size_t> rank;  ///< nothing: there is no answer
  std::string smiles, adduct;       ///< as the table states them
  std::string message;              ///< why there is no answer
  std::vector<std::string> cells;   ///< of its row, where they were asked for
};

/// Whether the cells of rows are kept.
enum class ListedCells { skip, keep };

/// Which answers are wanted.
struct AnswerChoice {
  std::size_t top = 3;                    ///< of each query, the best
  std::vector<std::string> queries = {};  ///< names; empty: all
  ListedCells cells = ListedCells::skip;
};

/// The answers of a hits table by record.
struct ListedAnswers {
  std::vector<std::vector<ListedAnswer>> of;  ///< of each record, by rank
  std::size_t queries = 0;                    ///< with a row that is wanted
  std::string note;                           ///< see QueryPlaces::note()
  std::vector<std::string> columns;           ///< names of all columns of the table
};

/// Reads a table that search wrote.
/// @param records all MS2 records of the spectra, in order
/// @throws InputError when a column is missing, a row is not as search writes it or is of none of
/// the records, or a query that is wanted is not there
ListedAnswers read_listed_answers(const std::filesystem::path& hits,
                                  const std::vector<TruthRecord>& records,
                                  const AnswerChoice& choice);

}  // namespace specbridge
