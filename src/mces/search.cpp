#include "mces/search.h"

#include <algorithm>
#include <deque>
#include <limits>
#include <stdexcept>

#include "mces/branching.h"
#include "mces/node_map.h"
#include "mces/relaxation.h"

namespace specbridge {
namespace {

// Found by trial on isomers and on molecules of equal mass; none of them changes a result.
constexpr int kRootRounds = 400, kNodeRounds = 100;
constexpr int kPatience = 60;    // rounds without a better bound before branching
constexpr int kHalfAfter = 20;   // rounds without a better bound before the step is halved
constexpr int kFirstStep = 600;  // thousandths of Polyak's step
constexpr int kNoticeable = kShareScale / 10;
constexpr int kImproveEvery = 4, kImproveUntil = 48;  // rounds at the root

int whole_bound(const McesProblem& problem, const McesRelaxation& relaxation) {
  const auto whole = static_cast<int>(relaxation.bound() / kShareScale);
  return whole - whole % problem.step;
}

/// The map that the assignment behind a bound describes.
void take_over(const McesProblem& problem, const McesRelaxation& relaxation, NodeMap& map) {
  for (const McesBlock& block : problem.blocks) {
    for (int row = 0; row < block.count1; ++row) {
      map.set(block, row, relaxation.column_of(block, row));
    }
  }
}

class Search {
 public:
  Search(const McesProblem& problem, int floor, const McesSearchLimits& limits)
      : problem_(problem),
        limits_(limits),
        map_(problem),
        best_(floor < 0 ? -1 : floor - floor % problem.step) {}

  McesSearchResult run() {
    if (!problem_.blocks.empty()) {
      levels_.emplace_back(problem_);
      descend(0, std::numeric_limits<int>::max());
    }
    result_.bound = std::max({result_.bound, result_.found, best_});
    return result_;
  }

 private:
  void descend(std::size_t depth, int bound) {
    ++result_.nodes;
    bound = std::min(bound, tighten(depth));
    if (bound <= best_) return;
    const auto branch = choose_branch(problem_, levels_[depth]);
    if (!branch) return;  // the only map that is left has been tried
    if (levels_.size() == depth + 1) levels_.push_back(levels_[depth]);
    for (const int choice : branch->choices) {
      if (bound <= best_) return;
      if (result_.nodes >= limits_.nodes || is_late()) {
        result_.complete = false;
        result_.bound = std::max(result_.bound, bound);
        return;
      }
      levels_[depth + 1] = levels_[depth];
      follow(problem_, *branch, choice, levels_[depth + 1]);
      descend(depth + 1, bound);
    }
  }

  bool is_late() const {
    return limits_.deadline && std::chrono::steady_clock::now() >= *limits_.deadline;
  }

  /// Lowers the bound of a node until that stops to pay; returns it.
  int tighten(std::size_t depth) {
    McesRelaxation& relaxation = levels_[depth];
    const int rounds = depth == 0 ? kRootRounds : kNodeRounds;
    int bound = std::numeric_limits<int>::max();
    std::int64_t lowest = std::numeric_limits<std::int64_t>::max();
    int unimproved = 0, step = kFirstStep;
    for (int round = 0;; ++round) {
      if (relaxation.solve() == Feasibility::infeasible) return best_;
      try_map(relaxation, depth, round);
      bound = std::min(bound, whole_bound(problem_, relaxation));
      if (bound <= best_) return bound;
      rule_out(relaxation);
      if (relaxation.bound() < lowest - kNoticeable) {
        lowest = relaxation.bound();
        unimproved = 0;
      } else if (++unimproved % kHalfAfter == 0) {
        step = std::max(step / 2, 1);
      }
      if (round >= rounds || unimproved > kPatience || is_late()) return bound;
      relaxation.move_shares(excess_over(relaxation, best_) * step / 1000);
    }
  }

  static std::int64_t excess_over(const McesRelaxation& relaxation, int worth) {
    return relaxation.bound() - std::int64_t{worth} * kShareScale;
  }

  /// Pairs whose use would bring the bound down to what is known already.
  void rule_out(McesRelaxation& relaxation) const {
    const std::int64_t slack = excess_over(relaxation, best_ + problem_.step);
    for (int pair = 0; pair < static_cast<int>(problem_.pairs.size()); ++pair) {
      if (relaxation.allowed(pair) && relaxation.reduced_cost(pair) > slack) {
        relaxation.forbid(pair);
      }
    }
  }

  /// The assignment behind a bound is a map itself; now and then it is worth the time to improve
  /// it.
  void try_map(const McesRelaxation& relaxation, std::size_t depth, int round) {
    take_over(problem_, relaxation, map_);
    const bool due = depth == 0 ? round % kImproveEvery == 0 && round < kImproveUntil : round == 0;
    if (due) map_.improve();
    result_.found = std::max(result_.found, map_.worth());
    best_ = std::max(best_, result_.found);
  }

  const McesProblem& problem_;
  const McesSearchLimits& limits_;
  NodeMap map_;
  std::deque<McesRelaxation> levels_;  // one for each depth of the search
  int best_;                           // worth that a map must exceed
  McesSearchResult result_;
};

}  // namespace

McesFirstLook look_at_root(const McesProblem& problem) {
  McesRelaxation relaxation(problem);
  // Without anything ruled out there is always an assignment.
  if (relaxation.solve() == Feasibility::infeasible) throw std::logic_error("no assignment");
  NodeMap map(problem);
  take_over(problem, relaxation, map);
  map.improve();
  return {static_cast<double>(relaxation.bound()) / kShareScale, whole_bound(problem, relaxation),
          map.worth()};
}

McesSearchResult search_best_map(const McesProblem& problem, int floor,
                                 const McesSearchLimits& limits) {
  return Search(problem, floor, limits).run();
}

}  // namespace specbridge
