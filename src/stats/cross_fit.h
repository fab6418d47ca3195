#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "stats/choice_model.h"

namespace specbridge {

/// For each of `count` things the number of its fold, at random, folds as even as can be.
std::vector<std::size_t> random_folds(std::size_t count, std::size_t folds, std::uint64_t seed);

/// The same for things of several classes: things of every class are spread over the folds as
/// evenly as can be, and so are all.
/// @param classes of the things
std::vector<std::size_t> stratified_folds(std::span<const std::size_t> classes, std::size_t folds,
                                          std::uint64_t seed);

/// Scores every alternative of every choice under weights that were fitted to the choices of other
/// folds (choice_weights()). Zeros where no other fold has a choice.
/// @param table with kinds of unit spread
/// @param fold of each choice @return by choice, in the order of its rows
std::vector<std::vector<double>> cross_fitted_scores(const AlternativeTable& table,
                                                     std::span<const Choice> choices,
                                                     std::span<const std::size_t> fold,
                                                     double ridge);

}  // namespace specbridge
