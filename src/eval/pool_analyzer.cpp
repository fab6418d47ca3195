#include "eval/pool_analyzer.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <mutex>
#include <numeric>

#include "base/text.h"
#include "chem/morgan.h"
#include "chem/smiles_cache.h"
#include "specbridge/eval_settings.h"

namespace specbridge {
namespace {

constexpr std::size_t kSeparationBins = 80;
// Rounding may carry the cosine of two unit vectors this far beyond 1.
constexpr double kRounding = 1e-5;
constexpr double kUnplaced = -2;  // the score of a candidate that the encoder cannot place

/// Nothing for a text that is no molecule.
using Fingerprint = std::optional<FingerprintBits>;

Fingerprint fingerprint_of(std::string_view smiles, PoolSpelling spelling) {
  if (spelling == PoolSpelling::standardised) {
    return morgan_bits(Molecule::trusted(std::string(smiles), "", "", 0, 0));
  }
  const auto molecule = standardize(smiles);
  if (std::holds_alternative<Rejection>(molecule)) return std::nullopt;
  return morgan_bits(std::get<Molecule>(molecule));
}

std::size_t total(const Histogram& histogram) {
  return std::accumulate(histogram.counts().begin(), histogram.counts().end(), std::size_t{0});
}

}  // namespace

struct PoolAnalyzer::Impl {
  explicit Impl(Settings given)
      : settings(given), fingerprints([spelling = given.spelling](std::string_view smiles) {
          return fingerprint_of(smiles, spelling);
        }) {}

  void compare_first(const Molecule& truth, const FingerprintBits& bits, QueryResult& result);
  bool is_same(const Molecule& truth, std::string_view smiles) const;
  std::optional<double> hardness(const FingerprintBits& truth, std::string_view truth_key,
                                 std::span<const ScoredCandidate> structures);
  void collect_scores(std::string_view truth_key, std::span<const ScoredCandidate> structures);

  Settings settings;
  SmilesCache<Fingerprint> fingerprints;
  std::mutex mutex;
  Separation separation{{-1, 1, kSeparationBins}, {-1, 1, kSeparationBins}};
  std::size_t pools = 0;  // scored whole pools
};

/// Whether a structure is the truth in another tautomer's spelling. Where InChIKeys tell structures
/// apart, it stands for the truth already.
bool PoolAnalyzer::Impl::is_same(const Molecule& truth, std::string_view smiles) const {
  if (settings.rules.identity == Identity::inchikey14) return false;
  const auto other = standardize(smiles);
  const auto* molecule = std::get_if<Molecule>(&other);
  return molecule != nullptr && molecule->inchikey14() == truth.inchikey14();
}

void PoolAnalyzer::Impl::compare_first(const Molecule& truth, const FingerprintBits& bits,
                                       QueryResult& result) {
  const auto similarity = [&](const std::string& smiles) -> std::optional<double> {
    if (smiles.empty()) return std::nullopt;
    if (is_same(truth, smiles)) return 1;
    const auto other = fingerprints.of(smiles);
    return *other ? std::optional(tanimoto(bits, **other)) : std::nullopt;
  };
  // A right answer is the truth, whatever tautomer it is spelt as.
  const auto own = result.first.truth ? std::optional(1.0) : std::nullopt;
  std::vector<double> others;
  for (const auto& smiles : result.first.others) {
    const auto other = similarity(smiles);
    if (!other) return;
    others.push_back(*other);
  }
  if (!own && others.empty()) return;
  const auto first = first_similarity(own, others, result.first.tied, settings.ties);
  result.tanimoto = first.value;
  result.tanimoto_on_miss = first.on_miss;
}

std::optional<double> PoolAnalyzer::Impl::hardness(const FingerprintBits& truth,
                                                   std::string_view truth_key,
                                                   std::span<const ScoredCandidate> structures) {
  std::vector<std::string_view> decoys;
  for (const auto& structure : structures) {
    if (structure.key != truth_key && !structure.smiles.empty()) decoys.push_back(structure.smiles);
  }
  if (settings.threads > 1) {
    RunContext context;
    context.threads = settings.threads;
    fingerprints.learn(decoys, context);
  }
  std::optional<double> highest;
  for (const auto smiles : decoys) {
    const auto bits = fingerprints.of(smiles);
    if (*bits) highest = std::max(highest.value_or(0), tanimoto(truth, **bits));
  }
  return highest;
}

void PoolAnalyzer::Impl::collect_scores(std::string_view truth_key,
                                        std::span<const ScoredCandidate> structures) {
  const std::lock_guard lock(mutex);
  ++pools;
  for (const auto& [key, smiles, score, order] : structures) {
    if (score == kUnplaced) continue;
    if (std::isnan(score)) {
      ++separation.not_numbers;
    } else if (std::abs(score) > 1 + kRounding) {
      ++separation.beyond;
    } else {
      auto& histogram = key == truth_key ? separation.truths : separation.decoys;
      histogram.add(std::clamp(score, -1.0, 1.0));
    }
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
  if (!*bits) return;
  impl_->compare_first(*truth.molecule, **bits, result);
  if (!result.complete || !result.rank) return;
  if (impl_->settings.hardness == HardnessRun::measure) {
    result.hardness = impl_->hardness(**bits, key, structures);
  }
  if (result.score) impl_->collect_scores(key, structures);
}

std::optional<Separation> PoolAnalyzer::separation() const {
  return impl_->pools == 0 ? std::nullopt : std::optional(impl_->separation);
}

bool is_of_cosines(const Separation& separation) {
  const std::size_t shown = total(separation.truths) + total(separation.decoys);
  return shown > 0 && separation.beyond <= shown;
}

std::string left_out(const Separation& separation) {
  const std::string beyond = with_thousands(separation.beyond);
  if (separation.beyond > 0 && !is_of_cosines(separation)) {
    return fmt::format(
        "scores are not shown for truths and decoys: {} outside of -1 to 1, so these are no "
        "cosines",
        counted(separation.beyond, "of them is", "of them are"));
  }
  std::vector<std::string> parts;
  if (separation.not_numbers > 0) {
    parts.push_back(with_thousands(separation.not_numbers) + " that are no numbers");
  }
  if (separation.beyond > 0) parts.push_back(beyond + " outside of -1 to 1");
  return parts.empty() ? std::string()
                       : fmt::format("scores of truths and decoys are shown without {}",
                                     fmt::join(parts, " and "));
}

}  // namespace specbridge
