#include "mces/branching.h"

#include <algorithm>
#include <limits>

namespace specbridge {
namespace {

/// The pair in a row or column of a block, counted along it.
int pair_on(const McesProblem& problem, const McesBlock& block, LineKind kind, int line,
            int place) {
  return kind == LineKind::row ? problem.pair_of(block, line, place)
                               : problem.pair_of(block, place, line);
}

/// Places of a line that are atoms; those behind are padding.
int real_places(const McesBlock& block, LineKind kind) {
  return kind == LineKind::row ? block.count2 : block.count1;
}

std::vector<int> choices_on(const McesProblem& problem, const McesRelaxation& relaxation,
                            const McesBlock& block, LineKind kind, int line) {
  std::vector<int> choices;
  for (int place = 0; place < block.size; ++place) {
    const int pair = pair_on(problem, block, kind, line, place);
    if (!relaxation.allowed(pair)) continue;
    choices.push_back(pair);
    if (place >= real_places(block, kind)) break;
  }
  return choices;
}

int bonds_of(const McesProblem& problem, const McesBlock& block, LineKind kind, int line) {
  const auto neighbours = kind == LineKind::row ? problem.side1.around(block.first1 + line)
                                                : problem.side2.around(block.first2 + line);
  return static_cast<int>(neighbours.size());
}

}  // namespace

std::optional<McesBranch> choose_branch(const McesProblem& problem,
                                        const McesRelaxation& relaxation) {
  constexpr int kChoiceWeight = 16;  // more bonds decide between equal numbers of choices only
  std::optional<McesBranch> best;
  int least = std::numeric_limits<int>::max();
  for (int b = 0; b < static_cast<int>(problem.blocks.size()); ++b) {
    const McesBlock& block = problem.blocks[index(b)];
    for (const LineKind kind : {LineKind::row, LineKind::column}) {
      const int lines = kind == LineKind::row ? block.count1 : block.count2;
      for (int line = 0; line < lines; ++line) {
        auto choices = choices_on(problem, relaxation, block, kind, line);
        if (choices.size() < 2) continue;
        const int score =
            static_cast<int>(choices.size()) * kChoiceWeight - bonds_of(problem, block, kind, line);
        if (score >= least) continue;
        least = score;
        best = McesBranch{b, line, kind, std::move(choices)};
      }
    }
  }
  if (best) {
    std::ranges::stable_sort(best->choices, {},
                             [&](int pair) { return relaxation.reduced_cost(pair); });
  }
  return best;
}

void follow(const McesProblem& problem, const McesBranch& branch, int choice,
            McesRelaxation& relaxation) {
  const McesBlock& block = problem.blocks[index(branch.block)];
  const McesAtomPair& chosen = problem.pairs[index(choice)];
  const bool is_row = branch.kind == LineKind::row;
  const int place = is_row ? chosen.column : chosen.row;
  const int real = real_places(block, branch.kind);
  const LineKind crossing = is_row ? LineKind::column : LineKind::row;
  for (int other = 0; other < block.size; ++other) {
    const int beside = pair_on(problem, block, branch.kind, branch.line, other);
    if (place >= real) {
      if (other < real) relaxation.forbid(beside);
      continue;
    }
    if (other != place) relaxation.forbid(beside);
    if (other != branch.line) relaxation.forbid(pair_on(problem, block, crossing, place, other));
  }
}

}  // namespace specbridge
