#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <vector>

namespace specbridge {

/// Recall@K and mean reciprocal rank over queries: add, then read. Used by training and by eval.
class RankingMeter {
 public:
  explicit RankingMeter(std::vector<std::size_t> cutoffs = {1, 5, 20});
  /// @param rank of the truth, 1 = best; nothing: a miss that counts in every denominator
  void add(std::optional<std::size_t> rank);
  std::size_t count() const noexcept { return count_; }
  double recall(
      std::size_t cutoff) const;  ///< share of queries with rank <= cutoff; 0 without queries
  double mrr() const;
  const std::vector<std::size_t>& cutoffs() const noexcept { return cutoffs_; }

 private:
  std::vector<std::size_t> cutoffs_, hits_;
  double reciprocals_ = 0;
  std::size_t count_ = 0;
};

/// What a random order of the same pools would give on average, exactly: Recall@K = mean of
/// min(K,n)/n, MRR = mean of H_n/n for pools that hold their truth, 0 for the others.
class RandomBaseline {
 public:
  explicit RandomBaseline(std::vector<std::size_t> cutoffs = {1, 5, 20});
  /// @param pool_size structures in the pool @param truth_in_pool whether the truth is one of them
  void add(std::size_t pool_size, bool truth_in_pool);
  double recall(std::size_t cutoff) const;
  double mrr() const;

 private:
  std::vector<std::size_t> cutoffs_;
  std::vector<double> sums_;
  double reciprocals_ = 0;
  std::size_t count_ = 0;
};

/// Rank of the truth when `others` structures score at least as high: 1 + that number. Ties count
/// against the truth; a score that is not a number never wins.
std::size_t rank_against(float truth_score, const std::vector<float>& other_scores);

}  // namespace specbridge
