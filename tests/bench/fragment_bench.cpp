#include "bench/fragment_bench.h"

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <variant>
#include <vector>

#include "chem/graphs/structure_graph.h"
#include "chem/stated_structure.h"
#include "fragments/molecule_scorer.h"
#include "fragments/peaks.h"
#include "pools/pools.h"
#include "search/evidence/explained.h"
#include "search/query_stream.h"

namespace specbridge::bench {
namespace {

constexpr std::size_t kEvery = 60;       // spectra of the file
constexpr std::size_t kCandidates = 16;  // of each, evenly over its pool

/// A candidate and the spectrum that it is a candidate of.
struct Pair {
  const Molecule* candidate = nullptr;
  std::vector<FragmentPeak> peaks;
  FragmentedIon ion;
};

struct Pairs {
  std::shared_ptr<const CandidatePools> pools;
  std::vector<Pair> pairs;
};

void add_pairs(const Query& query, Pairs& found) {
  const auto* truth = query.structure ? query.structure->molecule() : nullptr;
  const auto* pool = truth == nullptr ? nullptr : found.pools->find(query.name, truth);
  if (pool == nullptr || query.refusal) return;
  const auto ion = fragmented_ion_of(query, truth->exact_mass());
  const auto* apart = std::get_if<FragmentedIon>(&ion);
  if (apart == nullptr) return;
  const std::size_t step = std::max<std::size_t>(pool->size() / kCandidates, 1);
  for (std::size_t i = 0; i < pool->size(); i += step) {
    found.pairs.push_back(
        {&found.pools->molecules()[(*pool)[i]], fragment_peaks(query.spectrum), *apart});
  }
}

Pairs read_pairs(const std::filesystem::path& data) {
  const RunContext context;
  Pairs found{std::make_shared<const CandidatePools>(
                  CandidatePools::load(data / "massbank_val_candidates_256.json.gz", context)),
              {}};
  QueryStream stream({data / "massbank_val.mgf.gz"});
  for_each_chunk(stream, Structures::read, context, [&](std::vector<Query>& queries) {
    for (std::size_t i = 0; i < queries.size(); i += kEvery) add_pairs(queries[i], found);
  });
  return found;
}

void count(benchmark::State& state, std::size_t items) {
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(items));
}

void take_apart(benchmark::State& state, const Pairs& pairs) {
  for ([[maybe_unused]] auto round : state) {
    for (const auto& pair : pairs.pairs) {
      benchmark::DoNotOptimize(fragment(structure_graph(pair.candidate->smiles())));
    }
  }
  count(state, pairs.pairs.size());
}

void score(benchmark::State& state, const Pairs& pairs) {
  const FragmentModel model;
  std::vector<Fragmentation> molecules;
  for (const auto& pair : pairs.pairs) {
    molecules.push_back(fragment(structure_graph(pair.candidate->smiles())));
  }
  for ([[maybe_unused]] auto round : state) {
    for (std::size_t i = 0; i < molecules.size(); ++i) {
      if (molecules[i].fragments.empty()) continue;
      const auto& [candidate, peaks, ion] = pairs.pairs[i];
      benchmark::DoNotOptimize(MoleculeScorer(model, molecules[i]).score(peaks, ion));
    }
  }
  count(state, pairs.pairs.size());
}

}  // namespace

bool add_fragment_benchmarks(
    const std::function<void(const std::string&, std::function<void(benchmark::State&)>)>& add) {
  const char* data = std::getenv("SPECBRIDGE_DATA");
  if (data == nullptr || !std::filesystem::exists(std::filesystem::path(data) /
                                                  "massbank_val_candidates_256.json.gz")) {
    return false;
  }
  const auto pairs = std::make_shared<Pairs>(read_pairs(data));
  add("fragments/candidate", [pairs](benchmark::State& state) { take_apart(state, *pairs); });
  add("fragments/score", [pairs](benchmark::State& state) { score(state, *pairs); });
  return true;
}

}  // namespace specbridge::bench
