#include "pools/raw_pools.h"

#include <utility>

#include "pools/pool_forms.h"
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

std::uint32_t TextNumbers::number_of(std::string text) {
  const auto next = static_cast<std::uint32_t>(numbers_.size());
  return numbers_.try_emplace(std::move(text), next).first->second;
}

std::vector<std::string> TextNumbers::take() {
  std::vector<std::string> texts(numbers_.size());
  // Keys are moved out of the nodes, so that the texts are never held twice.
  while (!numbers_.empty()) {
    auto node = numbers_.extract(numbers_.begin());
    texts[node.mapped()] = std::move(node.key());
  }
  return texts;
}

RawPools read_raw_pools(const std::filesystem::path& path) {
  ByteReader bytes(path);
  if (begins_like_json(bytes.peek(kSampledBytes))) return read_json_pools(std::move(bytes));
  return read_pool_table(std::move(bytes));
}

}  // namespace specbridge
