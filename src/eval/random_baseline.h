#pragma once

#include <cstddef>
#include <vector>

namespace specbridge {

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

}  // namespace specbridge
