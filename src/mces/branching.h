#pragma once

#include <optional>
#include <vector>

#include "mces/relaxation.h"

namespace specbridge {

enum class LineKind { row, column };

/// An atom of the first (row) or second (column) graph whose partner is decided next.
struct McesBranch {
  int block = 0;
  int line = 0;
  LineKind kind = LineKind::row;
  std::vector<int> choices;  ///< pairs that are left, the most promising first; of those that mean
                             ///< "not mapped" one stands for all
};

/// The undecided atom with the fewest choices, then the most bonds; nothing when all are decided.
std::optional<McesBranch> choose_branch(const McesProblem& problem,
                                        const McesRelaxation& relaxation);

/// Rules out whatever contradicts a choice of the branch.
void follow(const McesProblem& problem, const McesBranch& branch, int choice,
            McesRelaxation& relaxation);

}  // namespace specbridge
