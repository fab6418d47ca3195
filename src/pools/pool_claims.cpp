#include "pools/pool_claims.h"

#include <fmt/format.h>

#include "base/text.h"

namespace specbridge {

void PoolClaims::count(const RecordName& record) {
  ++records_;
  if (pools_.by_structure()) return;
  if (const auto* pool = pools_.find(record, nullptr)) claimed_.insert(pool);
}

void PoolClaims::warn(const std::filesystem::path& path, const RunContext& context) const {
  const auto& all = pools_.all();
  if (pools_.by_structure() || claimed_.size() == all.size()) return;
  std::size_t first = 0;
  while (claimed_.contains(&all[first])) ++first;
  const std::size_t unclaimed = all.size() - claimed_.size();
  context.warning(fmt::format(
      "{}: {} to no record, the first is that of {}; {} read, counted from 0, and pools "
      "are found by the {} of a record",
      path.string(), counted(unclaimed, "pool belongs", "pools belong"), pools_.owner_of(first),
      counted(records_, "MS2 record was", "MS2 records were"), pools_.found_by()));
}

}  // namespace specbridge
