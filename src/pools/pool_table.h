#pragma once

#include "pools/raw_pools.h"
#include "store/byte_reader.h"

namespace specbridge {

/// The second form of read_raw_pools().
RawPools read_pool_table(ByteReader bytes);

}  // namespace specbridge
