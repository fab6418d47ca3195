#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "eval/truth.h"
#include "ranking/stated_status.h"
#include "ranking/tie_position.h"
#include "specbridge/eval_settings.h"
#include "specbridge/record_name.h"

namespace specbridge {

/// The MCES distance of the first structure to the truth. Over several that share the best score:
/// the largest, mean or smallest, as the tie rule says.
struct FirstDistance {
  double distance = 0;          ///< as McesResult has it
  double lower = 0, upper = 0;  ///< the exact distance is in this interval
  bool exact = true;            ///< `distance` is proven to be the exact distance
  bool capped = false;          ///< a search gave up
  /// Where the truth shares the best score: `distance` over the orders in which it is not first.
  std::optional<double> on_miss = {};
};

/// Of more wrong structures than this that share the best score, this many are compared with the
/// truth.
constexpr std::size_t kMostFirst = 32;

/// The structures that share the best score.
struct FirstPlace {
  std::optional<std::string> truth;  ///< SMILES of the truth, when it is one of them
  /// SMILES of the others, ordered by what tells structures (see Identity); of more than
  /// kMostFirst, the first of that order.
  std::vector<std::string> others;
  std::size_t tied = 0;  ///< how many others there are
};

/// How one query came out.
struct QueryResult {
  RecordName name;
  std::string inchikey14;     ///< of the truth; empty when it has no usable structure
  std::size_t pool_size = 0;  ///< structures (distinct inchikey14); 0 without a pool
  std::optional<std::size_t>
      rank;                     ///< 1 + other structures scoring at least as high; nothing: a miss
  std::size_t ties = 0;         ///< other structures with exactly the truth's score
  std::optional<double> score;  ///< of the truth; nothing when there are ranks only
  std::optional<double> best_score;
  std::string best_smiles;
  FirstPlace first;
  StatedStatus status;
  std::size_t listed = 0;  ///< structures that were seen; fewer than pool_size in a shortened list
  bool complete = true;    ///< whether the whole pool was seen
  std::string truth_smiles;  ///< standardised; empty when there is no usable structure
  QueryTraits traits = {};
  /// Tanimoto similarity of the first structure with the truth; over those that share the best
  /// score the lowest, mean or highest, as the tie rule says.
  std::optional<double> tanimoto;
  /// Where the truth shares the best score: the same over the orders in which it is not first.
  std::optional<double> tanimoto_on_miss;
  std::optional<FirstDistance> mces;  ///< see add_first_distances()
  /// Highest Tanimoto similarity of a decoy with the truth, over the whole pool.
  std::optional<double> hardness;
  /// Highest Tanimoto similarity of a training molecule with the truth.
  std::optional<double> nearest_training;
};

/// Whether the truth is first under the rule; with expected ties: whether it is in every order.
bool is_first(const QueryResult& result, TieRule ties);
/// The share of a query in figures on misses: 0 when the truth is first, 1 when it is not; with
/// expected ties the share of orders in which it is not.
double miss_share(const QueryResult& result, TieRule ties);
/// Where the truth of a ranked query stands. @throws std::logic_error for a miss
TiePosition tie_position_of(const QueryResult& result);
/// What tells the truth's structure from others; a query without structure is one of its own.
std::string structure_of(const QueryResult& result, Identity identity);

/// The result of a query that was not ranked, for the reason given.
QueryResult missed_query(const TruthRecord& truth, StatedStatus status);

}  // namespace specbridge
