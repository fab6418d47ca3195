#include "pipeline/benchmark/made_pools.h"

#include <algorithm>
#include <numeric>

#include "base/parallel.h"
#include "chem/morgan.h"
#include "eval/metrics.h"
#include "eval/random_baseline.h"

namespace specbridge {
namespace {

constexpr std::uint32_t kHardnessBits = 4096;
constexpr std::size_t kMostSimilar = 10;
constexpr double kVerySimilar = 0.8;
constexpr std::size_t kPoolsTogether = 256;

/// What is worked out of one pool.
struct PoolTraits {
  double largest = 0, of_ten = 0;  ///< similarity to the truth
  std::size_t very_similar = 0;
  std::size_t rank = 1, ties = 0;  ///< of the truth by nearness
};

Molecule molecule_of(const MoleculeLibrary& library, std::size_t row) {
  return Molecule::trusted(std::string(library.text(row).smiles), "", "", 0, 0);
}

PoolTraits traits_of(const MadePool& pool, const MoleculeLibrary& library,
                     const TrainingNeighbours* training, std::uint32_t training_bits) {
  PoolTraits traits;
  const auto truth = morgan_bits(pool.truth, kHardnessBits);
  const auto nearness = [&](const Molecule& molecule) {
    return training->of(morgan_bits(molecule, training_bits)).front();
  };
  const double of_truth = training != nullptr ? nearness(pool.truth) : 0;
  std::vector<double> similar;
  for (const std::size_t row : pool.chosen.rows) {
    const Molecule molecule = molecule_of(library, row);
    similar.push_back(tanimoto(truth, morgan_bits(molecule, kHardnessBits)));
    if (training == nullptr) continue;
    const double near = nearness(molecule);
    if (near >= of_truth) ++traits.rank;
    if (near == of_truth) ++traits.ties;
  }
  if (similar.empty()) return traits;
  std::ranges::sort(similar, std::greater());
  traits.largest = similar.front();
  const std::size_t ten = std::min(kMostSimilar, similar.size());
  traits.of_ten = std::accumulate(similar.begin(), similar.begin() + static_cast<long>(ten), 0.0) /
                  static_cast<double>(ten);
  traits.very_similar = static_cast<std::size_t>(
      std::ranges::count_if(similar, [](double one) { return one > kVerySimilar; }));
  return traits;
}

/// The middle value, of two their mean. @param values not empty
double median_of(std::vector<double> values) {
  std::ranges::sort(values);
  const std::size_t half = values.size() / 2;
  return values.size() % 2 == 1 ? values[half] : (values[half - 1] + values[half]) / 2;
}

double mean_of(const std::vector<double>& values) {
  return std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
}

void add_sizes(std::span<const MadePool> pools, PoolsReport& report) {
  std::vector<double> sizes;
  RandomBaseline random;
  for (const auto& pool : pools) {
    sizes.push_back(static_cast<double>(pool.size()));
    report.not_in_library += pool.chosen.truth_in_library ? 0 : 1;
    report.cut += pool.chosen.cut ? 1 : 0;
    report.alone += pool.size() == 1 ? 1 : 0;
    report.single += pool.size() == 2 ? 1 : 0;
    for (std::size_t i = 0; i < pool.spectra; ++i) random.add(pool.size(), true);
  }
  const auto [smallest, largest] = std::ranges::minmax(pools, {}, &MadePool::size);
  report.pools = pools.size();
  report.smallest = smallest.size();
  report.largest = largest.size();
  report.median = median_of(sizes);
  report.mean = mean_of(sizes);
  for (const std::size_t cutoff : {1, 5, 20}) report.random.recall[cutoff] = random.recall(cutoff);
  report.random.mrr = random.mrr();
}

void add_hardness(std::span<const MadePool> pools, const std::vector<PoolTraits>& traits,
                  PoolsReport& report) {
  std::vector<double> largest, of_ten, very_similar;
  for (std::size_t i = 0; i < pools.size(); ++i) {
    if (pools[i].size() == 1) continue;
    largest.push_back(traits[i].largest);
    of_ten.push_back(traits[i].of_ten);
    very_similar.push_back(static_cast<double>(traits[i].very_similar));
  }
  if (largest.empty()) return;
  report.hardness = mean_of(largest);
  report.median_hardness = median_of(largest);
  report.hardness_of_ten = mean_of(of_ten);
  report.very_similar = mean_of(very_similar);
}

PoolRanking ranking_by_nearness(std::span<const MadePool> pools,
                                const std::vector<PoolTraits>& traits) {
  MetricSums sums({1, 5, 20}, TieRule::worst);
  for (std::size_t i = 0; i < pools.size(); ++i) {
    QueryResult result;
    result.inchikey14 = pools[i].truth.inchikey14();
    result.pool_size = result.listed = pools[i].size();
    result.rank = traits[i].rank;
    result.ties = traits[i].ties;
    for (std::size_t spectrum = 0; spectrum < pools[i].spectra; ++spectrum) sums.add(result);
  }
  const Metrics metrics = sums.metrics();
  PoolRanking ranking;
  for (const auto& [cutoff, recall] : metrics.recall) ranking.recall[cutoff] = recall.value();
  ranking.mrr = metrics.mrr;
  return ranking;
}

}  // namespace

std::vector<std::string> smiles_of(const MadePool& pool, const MoleculeLibrary& library) {
  std::vector<std::string> smiles = {pool.truth.smiles()};
  for (const std::size_t row : pool.chosen.rows) smiles.emplace_back(library.text(row).smiles);
  std::ranges::sort(smiles);
  return smiles;
}

void add_figures(std::span<const MadePool> pools, const MoleculeLibrary& library,
                 const TrainingFingerprints* training, const RunContext& context,
                 PoolsReport& report) {
  add_sizes(pools, report);
  std::optional<TrainingNeighbours> neighbours;
  if (training != nullptr) neighbours.emplace(training->molecules);
  std::vector<PoolTraits> traits(pools.size());
  for (std::size_t first = 0; first < pools.size(); first += kPoolsTogether) {
    const std::size_t size = std::min(kPoolsTogether, pools.size() - first);
    parallel_for(size, context.threads, [&](std::size_t i) {
      context.check_interrupt();
      traits[first + i] = traits_of(pools[first + i], library, neighbours ? &*neighbours : nullptr,
                                    training != nullptr ? training->length : 0);
    });
    context.progress("comparing candidates", first + size, pools.size());
  }
  add_hardness(pools, traits, report);
  if (neighbours) report.nearest_training = ranking_by_nearness(pools, traits);
}

}  // namespace specbridge
