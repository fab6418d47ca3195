#include "audit/blind_ranker.h"

#include <fmt/format.h>

#include <algorithm>
#include <unordered_map>
#include <unordered_set>

#include "audit/molecule_prior.h"
#include "base/parallel.h"
#include "base/text.h"
#include "specbridge/molecule_text.h"
#include "specbridge/status.h"

namespace specbridge {
namespace {

constexpr std::size_t kMostCounted = 200'000;  // molecules of a library, evenly over its masses
constexpr std::size_t kChunk = 4096;

using Pool = std::vector<std::size_t>;

struct Counted {
  std::string key;  // empty: left out
  std::vector<EnvironmentCount> environments;
};

/// Counts the environments of `count` molecules that `molecule` hands out; nothing: left out.
template <typename Handout>
EnvironmentFrequencies count_environments(std::size_t count, const Handout& molecule,
                                          const RunContext& context) {
  EnvironmentFrequencies frequencies;
  for (std::size_t first = 0; first < count; first += kChunk) {
    const std::size_t size = std::min(kChunk, count - first);
    std::vector<Counted> found(size);
    parallel_for(size, context.threads, [&](std::size_t i) {
      context.check_interrupt();
      if (const auto one = molecule(first + i)) {
        found[i] = {one->inchikey14(), morgan_environments(*one, EnvironmentFrequencies::kRadius)};
      }
    });
    for (const auto& [key, environments] : found) {
      if (!key.empty()) frequencies.add(key, environments);
    }
    context.progress("counting atom environments", first + size, count);
  }
  return frequencies;
}

/// @param truths first InChIKey blocks that must not be counted
EnvironmentFrequencies frequencies_of(const CandidatePools& pools, const MoleculeLibrary* library,
                                      const std::unordered_set<std::string_view>& truths,
                                      const RunContext& context) {
  if (library == nullptr) {
    return count_environments(
        pools.molecules().size(),
        [&](std::size_t i) {
          const Molecule& molecule = pools.molecules()[i];
          return truths.contains(molecule.inchikey14()) ? std::nullopt : std::optional(molecule);
        },
        context);
  }
  const std::size_t rows = library->rows(), count = std::min(rows, kMostCounted);
  return count_environments(
      count,
      [&](std::size_t i) -> std::optional<Molecule> {
        const MoleculeText entry = library->text(i * rows / count);
        if (truths.contains(entry.inchikey14)) return std::nullopt;
        return Molecule::trusted(std::string(entry.smiles), std::string(entry.inchikey14),
                                 std::string(entry.formula), entry.exact_mass, entry.charge);
      },
      context);
}

std::vector<MoleculeFeatures> features_of(const std::vector<Molecule>& molecules,
                                          const EnvironmentFrequencies& frequencies,
                                          const RunContext& context) {
  std::vector<MoleculeFeatures> features(molecules.size());
  for (std::size_t first = 0; first < molecules.size(); first += kChunk) {
    const std::size_t size = std::min(kChunk, molecules.size() - first);
    parallel_for(size, context.threads, [&](std::size_t i) {
      context.check_interrupt();
      features[first + i] = molecule_features(molecules[first + i], frequencies);
    });
    context.progress("describing candidates", first + size, molecules.size());
  }
  return features;
}

/// The pools that hold their truth and a decoy, one a truth.
struct Labelled {
  std::vector<LabelledPool> pools;
  std::unordered_map<const Pool*, std::size_t> position;
};

Labelled label(const std::vector<TruthRecord>& truths, const CandidatePools& pools) {
  Labelled labelled;
  for (const auto& truth : truths) {
    if (truth.status != Status::ok) continue;
    const auto* pool = pool_of(truth, pools);
    if (pool == nullptr || pool->size() < 2 || labelled.position.contains(pool)) continue;
    const auto found = std::ranges::find_if(*pool, [&](std::size_t row) {
      return pools.molecules()[row].inchikey14() == truth.molecule->inchikey14();
    });
    if (found == pool->end()) continue;
    labelled.position.emplace(pool, labelled.pools.size());
    labelled.pools.push_back({*pool, static_cast<std::size_t>(found - pool->begin())});
  }
  return labelled;
}

}  // namespace

std::vector<QueryResult> rank_by_molecules(const std::vector<TruthRecord>& truths,
                                           const CandidatePools& pools,
                                           const MoleculeLibrary* library,
                                           std::vector<std::string>& notes,
                                           const RunContext& context) {
  std::unordered_set<std::string_view> keys;
  for (const auto& truth : truths) {
    if (truth.molecule) keys.insert(truth.molecule->inchikey14());
  }
  const auto frequencies = frequencies_of(pools, library, keys, context);
  notes.push_back(fmt::format(
      "molecules only: environments counted in {} of {}, truths left out",
      counted(frequencies.molecules(), "molecule"),
      library == nullptr ? "the pools (name a --library for a list of its own)" : "the library"));
  const auto features = features_of(pools.molecules(), frequencies, context);
  const Labelled labelled = label(truths, pools);
  const auto scores = cross_validated_scores(features, labelled.pools, context.seed);
  std::vector<QueryResult> results(truths.size());
  parallel_for(truths.size(), context.threads, [&](std::size_t i) {
    const bool usable = truths[i].status == Status::ok;
    const auto* pool = usable ? pool_of(truths[i], pools) : nullptr;
    const auto place = labelled.position.find(pool);
    const std::vector<float> equal(pool == nullptr ? 0 : pool->size(), 0.0F);
    results[i] = score_pool(truths[i], pools.molecules(), pool,
                            place == labelled.position.end() ? equal : scores[place->second]);
  });
  return results;
}

}  // namespace specbridge
