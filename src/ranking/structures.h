#pragma once

#include <algorithm>
#include <array>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

namespace specbridge {

/// A structure as a number of fixed width, from the first block of its InChIKey: what candidates
/// are told apart by without reading texts. Ordered as the texts are.
class StructureKey {
 public:
  StructureKey() = default;
  /// @param inchikey14 14 capital letters; other texts of at most 16 bytes work as well
  explicit StructureKey(std::string_view inchikey14)
      : head_(packed(inchikey14.substr(0, 8))),
        tail_(inchikey14.size() > 8 ? packed(inchikey14.substr(8, 8)) : 0) {}

  /// The number of two words that words() has given.
  explicit StructureKey(const std::array<std::uint64_t, 2>& words)
      : head_(words[0]), tail_(words[1]) {}

  std::array<std::uint64_t, 2> words() const noexcept { return {head_, tail_}; }
  auto operator<=>(const StructureKey&) const = default;

 private:
  static std::uint64_t packed(std::string_view text) {
    std::uint64_t bits = 0;
    for (std::size_t i = 0; i < 8; ++i) {
      bits = bits << 8 | (i < text.size() ? static_cast<unsigned char>(text[i]) : 0U);
    }
    return bits;
  }

  std::uint64_t head_ = 0, tail_ = 0;
};

/// Makes structures of members: of those with one key only the best stays. The result is ordered by
/// key. This is the one place where candidates become structures.
/// @param key_of what tells the structure of a member
/// @param better strict order of members of one structure, best first
template <typename Member, typename KeyOf, typename Better>
void keep_best_of_each(std::vector<Member>& members, KeyOf&& key_of, Better&& better) {
  std::sort(members.begin(), members.end(), [&](const Member& a, const Member& b) {
    const auto& key_a = key_of(a);
    const auto& key_b = key_of(b);
    return key_a != key_b ? key_a < key_b : better(a, b);
  });
  const auto same = [&](const Member& a, const Member& b) { return key_of(a) == key_of(b); };
  members.erase(std::unique(members.begin(), members.end(), same), members.end());
}

}  // namespace specbridge
