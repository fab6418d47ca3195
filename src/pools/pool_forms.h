#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "pools/raw_pools.h"
#include "store/byte_reader.h"

namespace specbridge {

inline constexpr std::string_view kJsonPoolsForm = R"({"truth SMILES": ["candidate SMILES", ...]})";

/// Numbers texts in the order in which they first come; each is held once.
class TextNumbers {
 public:
  std::uint32_t number_of(std::string text);
  /// The texts by number; leaves none behind.
  std::vector<std::string> take();

 private:
  std::unordered_map<std::string, std::uint32_t> numbers_;
};

/// The two forms of read_raw_pools().
RawPools read_json_pools(ByteReader bytes);
RawPools read_pool_table(ByteReader bytes);

}  // namespace specbridge
