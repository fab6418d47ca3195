#include "stats/exact_tests.h"

#include <algorithm>
#include <vector>

namespace specbridge {

double chance_of_at_least(std::size_t observed, std::span<const double> chances) {
  if (observed == 0) return 1;
  if (observed > chances.size()) return 0;
  // state[k]: the chance of k events so far; the last one means "observed or more".
  std::vector<double> state(observed + 1);
  state[0] = 1;
  for (const double chance : chances) {
    state[observed] += state[observed - 1] * chance;
    for (std::size_t k = observed - 1; k > 0; --k) {
      state[k] += chance * (state[k - 1] - state[k]);
    }
    state[0] *= 1 - chance;
  }
  return std::min(state[observed], 1.0);
}

double sign_test(std::size_t wins, std::size_t decided) {
  return chance_of_at_least(wins, std::vector<double>(decided, 0.5));
}

}  // namespace specbridge
