#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <vector>

#include "mces/mces.h"
#include "specbridge/context.h"
#include "specbridge/mces_options.h"

namespace specbridge {

/// Two graphs to compare; both outlive the call.
struct McesPair {
  const MoleculeGraph* first = nullptr;
  const MoleculeGraph* second = nullptr;
};

/// A distance and what it took.
struct TimedMces {
  McesResult result;
  double milliseconds = 0;  ///< 0 where the result was known already
};

/// Computes distances of many pairs in parallel and remembers them, in either direction, so that a
/// pair that comes again costs nothing. Memory is bounded: the first 100,000 pairs or so are
/// remembered.
class McesBatch {
 public:
  explicit McesBatch(McesOptions options);
  ~McesBatch();
  McesBatch(McesBatch&&) noexcept;

  /// One result for each pair, in their order; the same on any number of threads.
  /// @throws Interrupted
  std::vector<TimedMces> run(std::span<const McesPair> pairs, const RunContext& context);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace specbridge
