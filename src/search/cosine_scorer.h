#pragma once

#include <cstddef>
#include <functional>
#include <span>
#include <vector>

#include "base/matrix.h"
#include "encode/molecule_encoder.h"
#include "library/library.h"
#include "pools/pools.h"
#include "specbridge/context.h"

namespace specbridge {

/// The score of a candidate that the encoder cannot place: lower than any cosine can be by
/// rounding, so it ranks last.
constexpr float kNoVectorScore = -2;

/// Whether candidate vectors are kept for the next call.
enum class KeepVectors { no, yes };

/// Scores queries against the pools of a file. Candidates are encoded in blocks of bounded size,
/// each block once for all runs (a run is one set of query vectors, for example a control).
class PoolScorer {
 public:
  /// @param library vectors to reuse, or nullptr
  PoolScorer(const CandidatePools& pools, const MoleculeEncoder& encoder, const Library* library,
             KeepVectors keep = KeepVectors::no);

  /// One result of score(): the cosines of a query with its pool, in the pool's order.
  using Consumer =
      std::function<void(std::size_t run, std::size_t query, std::span<const float> scores)>;
  /// @param pool_of the pool of each query, nullptr where there is none (then it is not consumed)
  /// @param runs query vectors [queries, dim], one matrix a run
  /// @param consume called from several threads, once for every run and query with a pool
  void score(std::span<const std::vector<std::size_t>* const> pool_of, std::span<const Matrix> runs,
             const Consumer& consume, const RunContext& context);

 private:
  Matrix vectors_of(std::span<const std::size_t> rows) const;
  void keep_all(const RunContext& context);

  const CandidatePools& pools_;
  const MoleculeEncoder& encoder_;
  const Library* library_;
  KeepVectors keep_;
  Matrix kept_;
};

}  // namespace specbridge
