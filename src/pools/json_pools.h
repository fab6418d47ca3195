#pragma once

#include <string_view>

#include "pools/raw_pools.h"
#include "store/byte_reader.h"

namespace specbridge {

inline constexpr std::string_view kJsonPoolsForm = R"({"truth SMILES": ["candidate SMILES", ...]})";

/// The first form of read_raw_pools().
RawPools read_json_pools(ByteReader bytes);

}  // namespace specbridge
