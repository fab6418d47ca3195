#pragma once

#include <cstdint>
#include <vector>

#include "base/assignment.h"
#include "mces/local_matching.h"
#include "mces/problem.h"

namespace specbridge {

/// Shares and prices are in units of 1/kShareScale of a doubled bond order, so that every bound is
/// a sum of integers and nothing is lost to rounding.
constexpr std::int32_t kShareScale = 1024;

/// An upper bound on the worth of a node map, and the map it comes from.
///
/// Every gain of a matched bond pair is divided between the two atom pairs at its ends. For any
/// division, the best assignment of atoms, where each pair counts the best matching of its own
/// bonds by its own shares, is worth at least as much as any node map. With equal shares the bound
/// is that of myopic MCES; moving shares tightens it (Lagrangian decomposition, solved by
/// subgradient steps with momentum in integers).
///
/// A value type: the search copies it on the way down.
class McesRelaxation {
 public:
  explicit McesRelaxation(const McesProblem& problem);

  /// Rules a pair out, here and in copies made later.
  void forbid(int pair);
  bool allowed(int pair) const { return allowed_[index(pair)] != 0; }

  /// Brings values, assignment and bound up to date. Infeasible: no complete map is left.
  Feasibility solve();
  /// Upper bound on the worth of every map that is left, times kShareScale.
  std::int64_t bound() const { return bound_; }
  /// By how much the bound falls, at least, for maps that use a pair.
  std::int32_t reduced_cost(int pair) const;
  /// Column (within the block) that the assignment gives to a row.
  int column_of(const McesBlock& block, int row) const {
    return column_of_[index(block.first_line + row)];
  }

  /// Moves shares where the two ends of a bond pair disagree on using it, so that the bound comes
  /// down. @param length what to divide by the squared direction, scaled: Polyak's rule takes a
  /// share of bound - target
  void move_shares(std::int64_t length);

 private:
  /// Both directions of a bond pair, and where its shares have lately been moving.
  struct Link {
    int arc = 0, reverse = 0;
    int from = 0, to = 0;  ///< pairs
    std::int32_t drift = 0;
  };

  LocalTable table_of(const McesAtomPair& pair) const;
  void refresh(int pair);
  void mark_stale(int pair);
  void choose_arcs(std::vector<int>& chosen) const;
  std::int64_t update_drift(const std::vector<char>& is_chosen);

  const McesProblem* problem_;
  std::vector<std::int32_t> shares_;  // [arcs]
  std::vector<Link> links_;           // those with both pairs allowed
  std::vector<std::int32_t> values_;  // [pairs]
  std::vector<char> allowed_, is_stale_;
  std::vector<int> stale_;
  std::vector<std::int32_t> row_price_, column_price_, column_of_, row_of_;  // [lines]
  std::int64_t bound_ = 0;
};

}  // namespace specbridge
