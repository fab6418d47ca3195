#include <algorithm>
#include <unordered_map>
#include <unordered_set>

#include "base/parallel.h"
#include "chem/morgan.h"
#include "pipeline/eval_runs.h"
#include "search/query_stream.h"
#include "specbridge/error.h"

namespace specbridge {
namespace {

constexpr std::uint32_t kBits = 4096;  // as the field compares molecules

double nearest(const std::string& smiles, const std::vector<FingerprintBits>& training) {
  const auto truth = morgan_bits(Molecule::trusted(smiles, "", "", 0, 0), kBits);
  double highest = 0;
  for (const auto& molecule : training) highest = std::max(highest, tanimoto(truth, molecule));
  return highest;
}

}  // namespace

std::vector<FingerprintBits> training_fingerprints(
    const std::vector<std::filesystem::path>& training, std::uint32_t length,
    const RunContext& context) {
  QueryStream stream(training);
  std::unordered_set<std::string> seen;
  std::vector<Molecule> molecules;
  for_each_chunk(stream, Structures::read, context, [&](std::vector<Query>& queries) {
    for (const auto& query : queries) {
      const auto* molecule = query.structure ? query.structure->molecule() : nullptr;
      if (molecule != nullptr && seen.insert(molecule->smiles()).second) {
        molecules.push_back(*molecule);
      }
    }
  });
  if (molecules.empty()) {
    throw InputError({training.front().string(), 0}, "holds no spectrum with a structure");
  }
  std::vector<FingerprintBits> fingerprints(molecules.size());
  parallel_for(molecules.size(), context.threads,
               [&](std::size_t i) { fingerprints[i] = morgan_bits(molecules[i], length); });
  return fingerprints;
}

void add_nearest_training(const std::vector<std::filesystem::path>& training,
                          std::vector<QueryResult>& results, const RunContext& context) {
  const auto fingerprints = training_fingerprints(training, kBits, context);
  std::unordered_map<std::string, double> by_truth;
  for (const auto& result : results) {
    if (!result.truth_smiles.empty()) by_truth.emplace(result.truth_smiles, 0);
  }
  std::vector<std::pair<const std::string, double>*> truths;
  for (auto& entry : by_truth) truths.push_back(&entry);
  parallel_for(truths.size(), context.threads,
               [&](std::size_t i) { truths[i]->second = nearest(truths[i]->first, fingerprints); });
  for (auto& result : results) {
    if (!result.truth_smiles.empty()) result.nearest_training = by_truth.at(result.truth_smiles);
  }
}

}  // namespace specbridge
