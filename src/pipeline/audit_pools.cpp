#include "pipeline/audit_pools.h"

#include <algorithm>
#include <span>
#include <utility>

#include "specbridge/base/parallel.h"
#include "specbridge/base/random.h"
#include "specbridge/chem/spelling.h"
#include "specbridge/chem/standardize_all.h"

namespace specbridge {
namespace {

using Standardized = std::variant<Molecule, Rejection>;

/// Every text written in another way; what is no molecule stays as it is.
RawPools respelled(const RawPools& raw, const RunContext& context) {
  RawPools other = raw;
  parallel_for(raw.texts.size(), context.threads, [&](std::size_t i) {
    context.check_interrupt();
    Random random(context.seed, i);
    if (auto text = random_spelling(raw.texts[i], random)) other.texts[i] = std::move(*text);
  });
  return other;
}

RawPools shuffled(const RawPools& raw, std::uint64_t seed) {
  RawPools other = raw;
  Random random(seed);
  for (auto& pool : other.pools) shuffle(std::span(pool.candidates), random);
  shuffle(std::span(other.pools), random);
  return other;
}

/// Which texts RDKit itself would write; only of those that are asked for.
std::vector<char> canonical_texts(const RawPools& raw, const std::vector<char>& wanted,
                                  const RunContext& context) {
  std::vector<char> canonical(raw.texts.size());
  parallel_for(raw.texts.size(), context.threads, [&](std::size_t i) {
    if (wanted[i] == 0) return;
    context.check_interrupt();
    canonical[i] = canonical_spelling(raw.texts[i]) == raw.texts[i] ? 1 : 0;
  });
  return canonical;
}

/// The first pool of every wanted truth.
std::vector<const RawPools::Pool*> first_pools(const AuditPools& pools,
                                               const std::unordered_set<std::string>& truths) {
  std::vector<const RawPools::Pool*> first;
  std::unordered_set<std::string> seen;
  for (const auto& pool : pools.raw.pools) {
    const auto* truth = std::get_if<Molecule>(&pools.standardized[pool.truth]);
    if (truth == nullptr || !truths.contains(truth->inchikey14())) continue;
    if (seen.insert(truth->inchikey14()).second) first.push_back(&pool);
  }
  return first;
}

PoolTexts texts_of_pool(const AuditPools& pools, const RawPools::Pool& pool,
                        const std::vector<char>& canonical) {
  const auto& key = std::get<Molecule>(pools.standardized[pool.truth]).inchikey14();
  PoolTexts texts;
  for (const std::uint32_t candidate : pool.candidates) {
    const auto* molecule = std::get_if<Molecule>(&pools.standardized[candidate]);
    if (molecule == nullptr) continue;  // the program leaves it out
    const std::string& text = pools.raw.texts[candidate];
    const bool is_truth = molecule->inchikey14() == key;
    texts.written.push_back(
        {text, is_truth, canonical[candidate] != 0, text == molecule->smiles()});
    texts.standardised.push_back({molecule->smiles(), is_truth, true, true});
  }
  auto& own = texts.standardised;
  std::ranges::sort(own, {}, &CandidateText::text);
  const auto repeated = std::ranges::unique(own, {}, &CandidateText::text);
  own.erase(repeated.begin(), repeated.end());
  return texts;
}

}  // namespace

AuditPools load_audit_pools(const std::filesystem::path& path, const RunContext& context) {
  AuditPools pools;
  pools.raw = read_raw_pools(path);
  pools.standardized = standardize_all(pools.raw.texts, "standardising candidates", context);
  pools.plain = CandidatePools::assemble(pools.raw, pools.standardized, path, context);
  RunContext silent = context;  // what is said of one spelling holds for the others
  silent.reporter = nullptr;
  const RawPools other = respelled(pools.raw, context);
  pools.respelled = CandidatePools::assemble(
      other, standardize_all(other.texts, "standardising other spellings", context), path, silent);
  pools.shuffled =
      CandidatePools::assemble(shuffled(pools.raw, context.seed), pools.standardized, path, silent);
  return pools;
}

std::vector<PoolTexts> texts_of(const AuditPools& pools,
                                const std::unordered_set<std::string>& truths,
                                const RunContext& context) {
  const auto first = first_pools(pools, truths);
  std::vector<char> wanted(pools.raw.texts.size());
  for (const auto* pool : first) {
    for (const std::uint32_t candidate : pool->candidates) wanted[candidate] = 1;
  }
  const auto canonical = canonical_texts(pools.raw, wanted, context);
  std::vector<PoolTexts> texts;
  for (const auto* pool : first) texts.push_back(texts_of_pool(pools, *pool, canonical));
  return texts;
}

}  // namespace specbridge
