#include "eval/fingerprint_cache.h"

#include <variant>

#include "base/parallel.h"

namespace specbridge {
namespace {

constexpr std::size_t kRemembered = 200'000;  // about 80 MB

std::shared_ptr<const FingerprintBits> fingerprint_of(std::string_view smiles, Spelling spelling) {
  if (spelling == Spelling::standardised) {
    return std::make_shared<FingerprintBits>(
        morgan_bits(Molecule::trusted(std::string(smiles), "", "", 0, 0)));
  }
  const auto molecule = standardize(smiles);
  if (std::holds_alternative<Rejection>(molecule)) return nullptr;
  return std::make_shared<FingerprintBits>(morgan_bits(std::get<Molecule>(molecule)));
}

}  // namespace

std::shared_ptr<const FingerprintBits> FingerprintCache::of(std::string_view smiles) {
  const std::string text(smiles);
  {
    const std::lock_guard lock(mutex_);
    if (const auto found = known_.find(text); found != known_.end()) return found->second;
  }
  auto fingerprint = fingerprint_of(smiles, spelling_);
  const std::lock_guard lock(mutex_);
  if (known_.size() > kRemembered) known_.clear();
  known_.emplace(text, fingerprint);
  return fingerprint;
}

void FingerprintCache::learn(std::span<const std::string_view> smiles, std::size_t threads) {
  parallel_for(smiles.size(), threads, [&](std::size_t i) { of(smiles[i]); });
}

}  // namespace specbridge
