#include "audit/pool_variants.h"

#include <algorithm>
#include <span>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <utility>

#include "base/parallel.h"
#include "base/random.h"
#include "chem/spelling.h"
#include "pools/kept_candidates.h"
#include "specbridge/record_name.h"
#include "specbridge/status.h"

namespace specbridge {
namespace {

using Standardized = std::variant<Molecule, Rejection>;

std::shared_ptr<const CandidatePools> shared(CandidatePools pools) {
  return std::make_shared<const CandidatePools>(std::move(pools));
}

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

/// A pool of the file and the truth it is for, as first InChIKey block.
struct OwnedPool {
  const RawPools::Pool* pool = nullptr;
  std::string truth;
};

/// Tells the truth of a pool by the queries that can be ranked.
class PoolOwners {
 public:
  PoolOwners(const AuditPools& pools, const std::vector<TruthRecord>& truths) : pools_(pools) {
    for (const auto& truth : truths) {
      if (truth.status != Status::ok) continue;
      const std::string& key = truth.molecule->inchikey14();
      wanted_.insert(key);
      by_id_.emplace(name_of(truth.name, pools.raw.named_by), key);
      by_index_.emplace(truth.name.index, key);
    }
  }

  /// Empty: no query that can be ranked has this pool.
  std::string truth_of(const PoolKey& key) const {
    if (const auto* text = std::get_if<TruthText>(&key)) {
      const auto* truth = std::get_if<Molecule>(&pools_.standardized[text->text]);
      const bool known = truth != nullptr && wanted_.contains(truth->inchikey14());
      return known ? truth->inchikey14() : std::string();
    }
    if (const auto* id = std::get_if<QueryId>(&key)) return found(by_id_, id->id);
    return found(by_index_, std::get<QueryIndex>(key).index);
  }

 private:
  template <typename Map, typename Key>
  static std::string found(const Map& map, const Key& key) {
    const auto place = map.find(key);
    return place == map.end() ? std::string() : place->second;
  }

  const AuditPools& pools_;
  std::unordered_set<std::string> wanted_;
  std::unordered_map<std::string, std::string> by_id_;
  std::unordered_map<std::size_t, std::string> by_index_;
};

/// The first pool of every truth.
std::vector<OwnedPool> first_pools(const AuditPools& pools,
                                   const std::vector<TruthRecord>& truths) {
  const PoolOwners owners(pools, truths);
  std::vector<OwnedPool> first;
  std::unordered_set<std::string> seen;
  for (const auto& pool : pools.raw.pools) {
    const std::string truth = owners.truth_of(pool.key);
    if (!truth.empty() && seen.insert(truth).second) first.push_back({&pool, truth});
  }
  return first;
}

PoolTexts texts_of_pool(const AuditPools& pools, const OwnedPool& owned,
                        const std::vector<char>& canonical) {
  PoolTexts texts;
  for (const std::uint32_t candidate : owned.pool->candidates) {
    const auto* molecule = std::get_if<Molecule>(&pools.standardized[candidate]);
    if (molecule == nullptr) continue;  // the program leaves it out
    const std::string& text = pools.raw.texts[candidate];
    const bool is_truth = molecule->inchikey14() == owned.truth;
    texts.written.push_back(
        {text, is_truth, canonical[candidate] != 0, text == molecule->smiles()});
    texts.standardised.push_back({molecule->smiles(), is_truth, true, true});
  }
  auto& own = texts.standardised;
  std::ranges::sort(own, {}, &WrittenCandidate::text);
  // The ranges of the standard library that give a range back do not compile with clang 14.
  const auto same = [](const auto& a, const auto& b) { return a.text == b.text; };
  own.erase(std::unique(own.begin(), own.end(), same), own.end());
  return texts;
}

}  // namespace

AuditPools load_audit_pools(const std::filesystem::path& path, const RunContext& context) {
  AuditPools pools;
  pools.raw = read_raw_pools(path);
  pools.standardized = standardize_candidates(pools.raw.texts, "standardising candidates", context);
  pools.plain = shared(CandidatePools::assemble(pools.raw, pools.standardized, path, context));
  RunContext silent = context;  // what is said of one spelling holds for the others
  silent.reporter = nullptr;
  const RawPools other = respelled(pools.raw, context);
  pools.respelled = shared(CandidatePools::assemble(
      other, standardize_candidates(other.texts, "standardising other spellings", context), path,
      silent));
  pools.shuffled = shared(CandidatePools::assemble(shuffled(pools.raw, context.seed),
                                                   pools.standardized, path, silent));
  return pools;
}

std::vector<PoolTexts> texts_of(const AuditPools& pools, const std::vector<TruthRecord>& truths,
                                const RunContext& context) {
  const auto first = first_pools(pools, truths);
  std::vector<char> wanted(pools.raw.texts.size());
  for (const auto& owned : first) {
    for (const std::uint32_t candidate : owned.pool->candidates) wanted[candidate] = 1;
  }
  const auto canonical = canonical_texts(pools.raw, wanted, context);
  std::vector<PoolTexts> texts;
  for (const auto& owned : first) texts.push_back(texts_of_pool(pools, owned, canonical));
  return texts;
}

}  // namespace specbridge
