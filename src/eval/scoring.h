#pragma once

#include <cstddef>
#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "chem/molecule.h"
#include "pools/pools.h"
#include "ranking/record_name.h"
#include "ranking/tie_position.h"
#include "specbridge/context.h"
#include "specbridge/eval_settings.h"
#include "specbridge/tie_rule.h"

namespace specbridge {

/// How a spectrum was measured, as its record says; empty or absent where it does not.
struct QueryTraits {
  std::string adduct, instrument, collision_energy;
  std::optional<double> precursor_mz;  ///< Th
};

/// What is known about one MS2 record of the truth file.
struct TruthRecord {
  std::string query_id;
  std::size_t query_index = 0;       ///< 0-based number of the MS2 record over all inputs
  std::optional<Molecule> molecule;  ///< the right answer
  std::string status = "ok";         ///< otherwise: why the record cannot be evaluated
  QueryTraits traits = {};
  OtherNames names = {};
};

/// What a query with a structure looks for its pool by; refers to `truth`.
PoolQuery pool_query(const TruthRecord& truth);

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
  FirstPlace first;
  std::string status = "ok";
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
Standing standing_of(const QueryResult& result);
/// What tells the truth's structure from others; a query without structure is one of its own.
std::string structure_of(const QueryResult& result, Identity identity);

/// One candidate with its score; several may be one structure.
struct ScoredCandidate {
  std::string_view key;  ///< what tells its structure: see Identity
  std::string_view smiles;
  double score = 0;  ///< higher is better; not a number: worst
  std::size_t order =
      0;  ///< which of equal scores is named as best: lower order, then smaller SMILES
};

/// Ranks one pool, each structure with the score of its best member, and leaves in `candidates`
/// what was ranked. The result does not depend on their order. Status: ok, truth_not_in_pool,
/// empty_pool.
QueryResult rank_structures(const TruthRecord& truth, std::vector<ScoredCandidate>& candidates,
                            const RankingRules& rules);
/// The same where only the result is wanted.
QueryResult rank_candidates(const TruthRecord& truth, std::vector<ScoredCandidate> candidates,
                            const RankingRules& rules = {});

/// Learns from ranked pools while they are in memory. Called from several threads.
class PoolObserver {
 public:
  virtual ~PoolObserver() = default;
  /// @param structures what was ranked, in no particular order
  /// @param result complete but for what the observer adds; without score when the list has ranks
  /// only (then the structures' scores are made up of them)
  virtual void observe(const TruthRecord& truth, std::span<const ScoredCandidate> structures,
                       QueryResult& result) = 0;
};

/// How pools are ranked, and who else looks at them.
struct PoolScoring {
  RankingRules rules;
  PoolObserver* observer = nullptr;  ///< nullptr: nobody
};

/// Ranks a pool that a model scored.
/// @param pool rows of `molecules`; nullptr: there is none (status no_pool)
/// @param scores one per row of `pool`
/// A truth that cannot be evaluated keeps its own status.
QueryResult score_pool(const TruthRecord& truth, const std::vector<Molecule>& molecules,
                       const std::vector<std::size_t>* pool, std::span<const float> scores,
                       const PoolScoring& scoring = {});

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
  explicit HitsScorer(std::vector<TruthRecord> truths, PoolScoring scoring = {});

  /// Reads a table once; memory does not grow with its length. Structures are told as the rules
  /// say; an empty inchikey14 is made from the SMILES (one that cannot be read is a structure of
  /// its own); they are ordered by score, without scores by rank. A list is complete when it holds
  /// as many structures as its `candidates` say.
  /// @throws InputError with the line: a malformed row, a query that is no truth, rows of one query
  /// that stand apart, a structure without score and rank, one without SMILES where structures are
  /// told by it; without query_index also for truths that share their query_id
  HitsScores score(const std::filesystem::path& hits, const RunContext& context) const;

 private:
  std::vector<TruthRecord> truths_;
  PoolScoring scoring_;
  std::unordered_map<std::size_t, std::size_t> position_of_index_;
};

}  // namespace specbridge
