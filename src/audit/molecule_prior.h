#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "chem/molecule.h"
#include "chem/morgan.h"

namespace specbridge {

/// In how many molecules of a list each Morgan environment of up to two bonds occurs.
class EnvironmentFrequencies {
 public:
  static constexpr unsigned kRadius = 2;

  /// @param key of the molecule: its first InChIKey block
  /// @param environments morgan_environments(molecule, kRadius)
  void add(std::string_view key, std::span<const EnvironmentCount> environments);
  std::size_t molecules() const noexcept { return molecules_; }
  /// Molecules with the environment.
  std::size_t count(std::uint32_t environment) const;
  /// Whether a molecule of that key was added.
  bool holds(std::string_view key) const { return keys_.contains(std::string(key)); }

 private:
  std::unordered_map<std::uint32_t, std::uint32_t> counts_;
  std::unordered_set<std::string> keys_;
  std::size_t molecules_ = 0;
};

/// What a ranker that sees no spectrum knows of a molecule: how common its environments are in a
/// list, its rings, its branching and a few groups.
constexpr std::size_t kMoleculeFeatures = 14;
using MoleculeFeatures = std::array<double, kMoleculeFeatures>;

/// Environments are common or rare among the other molecules: one that is in the list itself does
/// not count, else decoys from the list would be told by having no environment of their own.
/// Thread-safe. @throws ArtifactError as morgan_environments() does
MoleculeFeatures molecule_features(const Molecule& molecule,
                                   const EnvironmentFrequencies& frequencies);

/// A pool whose truth is known.
struct LabelledPool {
  std::vector<std::size_t> rows;  ///< of the features
  std::size_t truth = 0;          ///< position in `rows`
};

/// Scores every candidate of every pool by a ranker that learned from the other pools only:
/// conditional logistic regression (the chance of a candidate is a softmax over its pool), trained
/// in folds. Source of the method: McFadden, "Conditional logit analysis of qualitative choice
/// behavior", 1974.
/// @param pools of distinct truths @param seed of the division into folds
/// @return one score a candidate, in the order of `rows`; zeros where there are fewer than two
/// pools
std::vector<std::vector<float>> cross_validated_scores(std::span<const MoleculeFeatures> features,
                                                       std::span<const LabelledPool> pools,
                                                       std::uint64_t seed);

}  // namespace specbridge
