#include "specbridge/eval/pool_analyzer.h"

#include <algorithm>
#include <mutex>

#include "eval/fingerprint_cache.h"
#include "specbridge/chem/morgan.h"

namespace specbridge {
namespace {

constexpr std::size_t kSeparationBins = 80;
// Rounding may carry the cosine of two unit vectors this far beyond 1.
constexpr double kRounding = 1e-5;
constexpr double kUnplaced = -2;  // the score of a candidate that the encoder cannot place

}  // namespace

struct PoolAnalyzer::Impl {
  explicit Impl(Settings given)
      : settings(given),
        fingerprints(given.spelling == PoolSpelling::standardised ? Spelling::standardised
                                                                  : Spelling::as_written) {}

  std::optional<double> similarity_of_first(const FingerprintBits& truth,
                                            std::span<const ScoredCandidate> structures);
  std::optional<double> hardness(const FingerprintBits& truth, std::string_view truth_key,
                                 std::span<const ScoredCandidate> structures);
  void collect_scores(std::string_view truth_key, std::span<const ScoredCandidate> structures);

  Settings settings;
  FingerprintCache fingerprints;
  std::mutex mutex;
  Separation separation{{-1, 1, kSeparationBins}, {-1, 1, kSeparationBins}};
  std::size_t pools = 0, strange = 0;  // scored whole pools; scores that are no cosines
};

std::optional<double> PoolAnalyzer::Impl::similarity_of_first(
    const FingerprintBits& truth, std::span<const ScoredCandidate> structures) {
  std::vector<double> similarities;
  for (const auto smiles : first_structures(structures)) {
    const auto bits = smiles.empty() ? nullptr : fingerprints.of(smiles);
    if (bits == nullptr) return std::nullopt;
    similarities.push_back(tanimoto(truth, *bits));
  }
  return similarity_under(similarities, settings.ties);
}

std::optional<double> PoolAnalyzer::Impl::hardness(const FingerprintBits& truth,
                                                   std::string_view truth_key,
                                                   std::span<const ScoredCandidate> structures) {
  std::vector<std::string_view> decoys;
  for (const auto& structure : structures) {
    if (structure.key != truth_key && !structure.smiles.empty()) decoys.push_back(structure.smiles);
  }
  if (settings.threads > 1) fingerprints.learn(decoys, settings.threads);
  std::optional<double> highest;
  for (const auto smiles : decoys) {
    const auto bits = fingerprints.of(smiles);
    if (bits != nullptr) highest = std::max(highest.value_or(0), tanimoto(truth, *bits));
  }
  return highest;
}

void PoolAnalyzer::Impl::collect_scores(std::string_view truth_key,
                                        std::span<const ScoredCandidate> structures) {
  const std::lock_guard lock(mutex);
  ++pools;
  for (const auto& [key, smiles, score, order] : structures) {
    if (score == kUnplaced) continue;
    const bool cosine = score >= -1 - kRounding && score <= 1 + kRounding;
    auto& histogram = key == truth_key ? separation.truths : separation.decoys;
    if (!cosine || !histogram.add(std::clamp(score, -1.0, 1.0))) ++strange;
  }
}

PoolAnalyzer::PoolAnalyzer(Settings settings) : impl_(std::make_unique<Impl>(settings)) {}
PoolAnalyzer::~PoolAnalyzer() = default;

void PoolAnalyzer::observe(const TruthRecord& truth, std::span<const ScoredCandidate> structures,
                           QueryResult& result) {
  if (structures.empty() || !truth.molecule) return;
  const std::string& key = impl_->settings.rules.identity == Identity::smiles
                               ? truth.molecule->smiles()
                               : truth.molecule->inchikey14();
  const auto bits = impl_->fingerprints.of(truth.molecule->smiles());
  if (bits == nullptr) return;
  result.tanimoto = impl_->similarity_of_first(*bits, structures);
  if (!result.complete || !result.rank) return;
  if (impl_->settings.hardness == HardnessRun::measure) {
    result.hardness = impl_->hardness(*bits, key, structures);
  }
  if (result.score) impl_->collect_scores(key, structures);
}

std::optional<Separation> PoolAnalyzer::separation() const {
  if (impl_->pools == 0 || impl_->strange > 0) return std::nullopt;
  return impl_->separation;
}

}  // namespace specbridge
