#pragma once

#include <cstddef>
#include <filesystem>
#include <unordered_set>

#include "pools/pools.h"
#include "specbridge/context.h"

namespace specbridge {

/// Which pools belong to the records that were read. A table that counts from 1, or was made for
/// other spectra, shows by a pool that no record claims.
class PoolClaims {
 public:
  /// @param pools must outlive the object
  explicit PoolClaims(const CandidatePools& pools) : pools_(pools) {}

  /// Every MS2 record, whether it can be used or not.
  void count(const RecordName& record);
  /// Names the first pool that no record claims. Pools that are found by structure may be of more
  /// molecules than those at hand; of them nothing is said.
  void warn(const std::filesystem::path& path, const RunContext& context) const;

 private:
  const CandidatePools& pools_;
  std::size_t records_ = 0;
  std::unordered_set<const void*> claimed_;
};

}  // namespace specbridge
