#pragma once

#include <cstddef>
#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "specbridge/base/context.h"
#include "specbridge/chem/molecule.h"

namespace specbridge {

/// What is known about one MS2 record of the truth file.
struct TruthRecord {
  std::string query_id;
  std::size_t query_index = 0;       ///< 0-based number of the MS2 record over all inputs
  std::optional<Molecule> molecule;  ///< the right answer
  std::string status = "ok";         ///< otherwise: why the record cannot be evaluated
};

/// How one query came out. Statuses are those of hits.tsv, and truth_not_in_pool, beyond_k,
/// not_in_hits.
struct QueryResult {
  std::string query_id;
  std::size_t query_index = 0;
  std::string inchikey14;     ///< of the truth; empty when it has no usable structure
  std::size_t pool_size = 0;  ///< structures (distinct inchikey14); 0 without a pool
  std::optional<std::size_t>
      rank;                     ///< 1 + other structures scoring at least as high; nothing: a miss
  std::size_t ties = 0;         ///< other structures with exactly the truth's score
  std::optional<double> score;  ///< of the truth; nothing when there are ranks only
  std::optional<double> best_score;
  std::string best_smiles;
  std::string status = "ok";
  std::size_t listed = 0;  ///< structures that were seen; fewer than pool_size in a shortened list
  bool complete = true;    ///< whether the whole pool was seen
};

/// One candidate with its score; several may be one structure.
struct ScoredCandidate {
  std::string_view inchikey14, smiles;
  double score = 0;  ///< higher is better; not a number: worst
  std::size_t order =
      0;  ///< which of equal scores is named as best: lower order, then smaller SMILES
};

/// Ranks one pool: candidates with one inchikey14 are one structure with the score of its best
/// member. The result does not depend on the order of the candidates. Status: ok,
/// truth_not_in_pool, empty_pool.
QueryResult rank_candidates(const TruthRecord& truth, std::vector<ScoredCandidate> candidates);

/// Ranks a pool that a model scored.
/// @param pool rows of `molecules`; nullptr: there is none (status no_pool)
/// @param scores one per row of `pool`
/// A truth that cannot be evaluated keeps its own status.
QueryResult score_pool(const TruthRecord& truth, const std::vector<Molecule>& molecules,
                       const std::vector<std::size_t>* pool, std::span<const float> scores);

/// The result of a query that was not ranked, for the reason given.
QueryResult missed_query(const TruthRecord& truth, std::string status);

/// One result for every truth, in the order of the truths, and sentences for the reader of the
/// report.
struct HitsScores {
  std::vector<QueryResult> results;
  std::vector<std::string> notes;
};

/// Scores hits tables of any program against truths, without a model.
class HitsScorer {
 public:
  /// @throws std::logic_error when two truths have one query_index
  explicit HitsScorer(std::vector<TruthRecord> truths);

  /// Reads a table once; memory does not grow with its length. Structures are told by inchikey14,
  /// or, where that is empty, by their SMILES (one that cannot be read is a structure of its own);
  /// they are ordered by score, without scores by rank. A list is complete when it holds as many
  /// structures as its `candidates` say.
  /// @throws InputError with the line: a malformed row, a query that is no truth, rows of one query
  /// that stand apart, a structure without score and rank; without query_index also for truths that
  /// share their query_id
  HitsScores score(const std::filesystem::path& hits, const RunContext& context) const;

 private:
  std::vector<TruthRecord> truths_;
  std::unordered_map<std::size_t, std::size_t> position_of_index_;
};

}  // namespace specbridge
