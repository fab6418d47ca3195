#include "pools/raw_pools.h"

#include <utility>

#include "pools/json_pools.h"
#include "pools/pool_table.h"
#include "store/byte_reader.h"

namespace specbridge {
namespace {

constexpr std::size_t kSampledBytes = 4096;

/// A header may begin with a quote or a letter, but not with a bracket.
bool begins_like_json(std::string_view text) {
  constexpr std::string_view kByteOrderMark = "\xef\xbb\xbf";
  if (text.starts_with(kByteOrderMark)) text.remove_prefix(kByteOrderMark.size());
  const auto first = text.find_first_not_of(" \t\r\n");
  return first != std::string_view::npos && (text[first] == '{' || text[first] == '[');
}

}  // namespace

RawPools read_raw_pools(const std::filesystem::path& path) {
  ByteReader bytes(path);
  if (begins_like_json(bytes.peek(kSampledBytes))) return read_json_pools(std::move(bytes));
  return read_pool_table(std::move(bytes));
}

}  // namespace specbridge
