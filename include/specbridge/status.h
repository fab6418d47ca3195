#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace specbridge {

/// How a query came out: the words of the hits table, of ranks.tsv, and of the counts in reports.
enum class Status {
  ok,
  merged,             ///< it is of one feature with others, and answered with the last of them
  bad_record,         ///< the record cannot be read
  no_precursor,       ///< it states no precursor m/z
  no_peaks,           ///< it has no peak that can be used
  not_ms2,            ///< it is of another MS level
  unknown_adduct,     ///< neither its adduct nor its charge tells the ion
  bad_structure,      ///< its SMILES is no molecule
  no_structure,       ///< it states no SMILES where one is needed
  no_formula,         ///< it states no formula where one is needed
  empty_window,       ///< the library has no molecule of its mass
  no_formula_match,   ///< the library has no molecule of the formula
  no_library_match,   ///< no library spectrum of its precursor is like it
  no_pool,            ///< the file of pools has none for it
  empty_pool,         ///< its pool holds no molecule
  truth_not_in_pool,  ///< evaluation: the right answer is not among the candidates
  beyond_k,           ///< evaluation: the list ends before the right answer may come
  left_out,           ///< evaluation: its answers are not listed, the first was not certain enough
  not_in_hits,        ///< evaluation: the table has no row of the query
  foreign,            ///< evaluation: a word of another program's table
};

/// Whose fault it is that a query has no answer.
enum class Fault {
  none,        ///< it has one
  record,      ///< the record cannot be used; counts as an error
  candidates,  ///< the library or the pools hold nothing for it
  evaluation,  ///< there is an answer, but not the right one
};

/// The word of a status, e.g. "no_peaks".
std::string_view to_string(Status status);
/// The status of a word; `foreign` for a word that is none of ours.
Status parse_status(std::string_view word);
Fault fault_of(Status status);
/// What helps, for the person who made the file; empty where nothing needs help.
std::string_view remedy_of(Status status);

/// Why a record cannot be used.
struct Refusal {
  Status status = Status::ok;
  std::string message;  ///< a sentence
};

}  // namespace specbridge
