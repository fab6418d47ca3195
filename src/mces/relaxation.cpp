#include "mces/relaxation.h"

#include <algorithm>

namespace specbridge {
namespace {

constexpr std::int32_t kDeadShare = -1;  // an arc to a pair that is ruled out, or to none
constexpr std::int32_t kDriftScale = 256;
constexpr std::int32_t kDriftKept = 180;  // of kDriftScale, per step; found by trial

}  // namespace

McesRelaxation::McesRelaxation(const McesProblem& problem)
    : problem_(&problem),
      shares_(problem.arcs.size(), kDeadShare),
      values_(problem.pairs.size(), 0),
      allowed_(problem.pairs.size(), 1),
      is_stale_(problem.pairs.size(), 0),
      row_price_(index(problem.lines), 0),
      column_price_(index(problem.lines), 0),
      column_of_(index(problem.lines), -1),
      row_of_(index(problem.lines), -1) {
  for (int a = 0; a < static_cast<int>(shares_.size()); ++a) {
    const McesArc& arc = problem.arcs[index(a)];
    if (arc.gain == 0) continue;
    shares_[index(a)] = arc.gain * kShareScale / 2;
    if (a < arc.reverse) links_.push_back({a, arc.reverse, arc.from, arc.to, 0});
  }
  for (int p = 0; p < static_cast<int>(problem.pairs.size()); ++p) {
    if (problem.pairs[index(p)].rows > 0) mark_stale(p);
  }
}

void McesRelaxation::mark_stale(int pair) {
  if (is_stale_[index(pair)] != 0) return;
  is_stale_[index(pair)] = 1;
  stale_.push_back(pair);
}

void McesRelaxation::forbid(int pair) {
  if (!allowed(pair)) return;
  allowed_[index(pair)] = 0;
  values_[index(pair)] = kForbiddenValue;
  const McesAtomPair& table = problem_->pairs[index(pair)];
  for (int a = table.first_arc; a < table.first_arc + table.rows * table.columns; ++a) {
    const McesArc& arc = problem_->arcs[index(a)];
    if (arc.gain == 0) continue;
    shares_[index(arc.reverse)] = kDeadShare;
    mark_stale(arc.to);
  }
}

LocalTable McesRelaxation::table_of(const McesAtomPair& pair) const {
  return {pair.rows, pair.columns,
          std::span(shares_).subspan(index(pair.first_arc), index(pair.rows * pair.columns))};
}

void McesRelaxation::refresh(int pair) {
  is_stale_[index(pair)] = 0;
  if (allowed(pair)) {
    values_[index(pair)] = best_local_matching(table_of(problem_->pairs[index(pair)]));
  }
}

Feasibility McesRelaxation::solve() {
  for (const int pair : stale_) refresh(pair);
  stale_.clear();
  bound_ = 0;
  for (const McesBlock& block : problem_->blocks) {
    const std::size_t line = index(block.first_line), size = index(block.size);
    const AssignmentView view{block.size,
                              std::span(values_).subspan(index(block.first_pair), size * size),
                              std::span(row_price_).subspan(line, size),
                              std::span(column_price_).subspan(line, size),
                              std::span(column_of_).subspan(line, size),
                              std::span(row_of_).subspan(line, size)};
    if (solve_assignment(view) == Feasibility::infeasible) return Feasibility::infeasible;
  }
  for (const std::int32_t price : row_price_) bound_ += price;
  for (const std::int32_t price : column_price_) bound_ += price;
  return Feasibility::feasible;
}

std::int32_t McesRelaxation::reduced_cost(int pair) const {
  const McesAtomPair& place = problem_->pairs[index(pair)];
  const int line = problem_->blocks[index(place.block)].first_line;
  return row_price_[index(line + place.row)] + column_price_[index(line + place.column)] -
         values_[index(pair)];
}

/// The arcs that the assigned pairs use in their own best matchings.
void McesRelaxation::choose_arcs(std::vector<int>& chosen) const {
  chosen.clear();
  for (const McesBlock& block : problem_->blocks) {
    for (int row = 0; row < block.count1; ++row) {
      const McesAtomPair& pair =
          problem_->pairs[index(problem_->pair_of(block, row, column_of(block, row)))];
      const std::size_t before = chosen.size();
      choose_local_matching(table_of(pair), chosen);
      for (std::size_t i = before; i < chosen.size(); ++i) chosen[i] += pair.first_arc;
    }
  }
}

/// Adds the disagreements to the drift and drops links that are dead. Returns the squared length of
/// the drift, in units of kDriftScale squared.
std::int64_t McesRelaxation::update_drift(const std::vector<char>& is_chosen) {
  std::int64_t squares = 0;
  std::size_t kept = 0;
  for (std::size_t i = 0; i < links_.size(); ++i) {
    Link link = links_[i];
    if (shares_[index(link.arc)] < 0 || shares_[index(link.reverse)] < 0) continue;
    const int disagreement = is_chosen[index(link.arc)] - is_chosen[index(link.reverse)];
    link.drift = link.drift * kDriftKept / kDriftScale + disagreement * kDriftScale;
    squares += std::int64_t{link.drift} * link.drift;
    links_[kept++] = link;
  }
  links_.resize(kept);
  return squares;
}

void McesRelaxation::move_shares(std::int64_t length) {
  thread_local std::vector<int> chosen;
  thread_local std::vector<char> is_chosen;
  choose_arcs(chosen);
  is_chosen.assign(shares_.size(), 0);
  for (const int a : chosen) is_chosen[index(a)] = 1;
  const std::int64_t squares = update_drift(is_chosen);
  if (squares == 0) return;
  const auto step = static_cast<std::int32_t>(
      std::clamp<std::int64_t>(length * kDriftScale * kDriftScale / squares, 1, kShareScale));
  for (const Link& link : links_) {
    if (link.drift == 0) continue;
    std::int32_t& share = shares_[index(link.arc)];
    std::int32_t& other = shares_[index(link.reverse)];
    const std::int32_t moved = std::clamp(step * link.drift / kDriftScale, -other, share);
    if (moved == 0) continue;
    share -= moved;
    other += moved;
    mark_stale(link.from);
    mark_stale(link.to);
  }
}

}  // namespace specbridge
