#pragma once

#include <bit>
#include <compare>
#include <cstddef>
#include <cstdint>

namespace specbridge {

/// A set of atoms of one molecule, by position, as a value of 16 bytes.
class AtomSet {
 public:
  static constexpr std::size_t kCapacity = 128;

  AtomSet() = default;
  static AtomSet of(std::size_t atom) {
    AtomSet set;
    set.insert(atom);
    return set;
  }
  /// The atoms 0 ... count - 1.
  static AtomSet first(std::size_t count) {
    AtomSet set;
    for (std::size_t atom = 0; atom < count; ++atom) set.insert(atom);
    return set;
  }

  void insert(std::size_t atom) noexcept { word(atom) |= bit(atom); }
  bool contains(std::size_t atom) const noexcept {
    return ((atom < kWord ? low_ : high_) & bit(atom)) != 0;
  }
  bool empty() const noexcept { return (low_ | high_) == 0; }
  std::size_t size() const noexcept {
    return static_cast<std::size_t>(std::popcount(low_) + std::popcount(high_));
  }
  /// The smallest atom of a set that is not empty.
  std::size_t front() const noexcept {
    return static_cast<std::size_t>(low_ != 0 ? std::countr_zero(low_)
                                              : kWord + std::countr_zero(high_));
  }
  /// Takes the smallest atom away.
  void pop_front() noexcept { (low_ != 0 ? low_ : high_) &= (low_ != 0 ? low_ : high_) - 1; }
  template <typename Visit>
  void for_each(Visit&& visit) const {
    for (AtomSet rest = *this; !rest.empty(); rest.pop_front()) visit(rest.front());
  }

  AtomSet operator&(AtomSet other) const noexcept {
    return {low_ & other.low_, high_ & other.high_};
  }
  AtomSet operator|(AtomSet other) const noexcept {
    return {low_ | other.low_, high_ | other.high_};
  }
  /// Without the atoms of another.
  AtomSet operator-(AtomSet other) const noexcept {
    return {low_ & ~other.low_, high_ & ~other.high_};
  }
  auto operator<=>(const AtomSet&) const = default;
  std::uint64_t low() const noexcept { return low_; }
  std::uint64_t high() const noexcept { return high_; }

 private:
  static constexpr int kWord = 64;
  AtomSet(std::uint64_t low, std::uint64_t high) : low_(low), high_(high) {}
  static std::uint64_t bit(std::size_t atom) noexcept { return std::uint64_t{1} << (atom % kWord); }
  std::uint64_t& word(std::size_t atom) noexcept { return atom < kWord ? low_ : high_; }

  std::uint64_t low_ = 0, high_ = 0;
};

}  // namespace specbridge
