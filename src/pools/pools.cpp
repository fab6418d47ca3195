#include "pools/pools.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <iterator>
#include <numeric>
#include <optional>
#include <utility>
#include <variant>

#include "base/text.h"
#include "pools/kept_candidates.h"
#include "specbridge/error.h"
#include "specbridge/record_name.h"

namespace specbridge {
namespace {

using Standardized = std::variant<Molecule, Rejection>;

constexpr std::size_t kNoPool = SIZE_MAX;

/// Moves the molecules out of `results`, sorted by SMILES and each once.
/// @return the row of every result; nothing for rejected texts
std::vector<std::optional<std::size_t>> sort_into(std::vector<Molecule>& molecules,
                                                  std::vector<Standardized>& results) {
  std::vector<std::size_t> order;
  for (std::size_t i = 0; i < results.size(); ++i) {
    if (std::holds_alternative<Molecule>(results[i])) order.push_back(i);
  }
  const auto smiles = [&](std::size_t i) -> const std::string& {
    return std::get<Molecule>(results[i]).smiles();
  };
  std::sort(order.begin(), order.end(),
            [&](std::size_t a, std::size_t b) { return smiles(a) < smiles(b); });
  std::vector<std::optional<std::size_t>> rows(results.size());
  for (const std::size_t i : order) {
    if (molecules.empty() || molecules.back().smiles() != smiles(i)) {
      molecules.push_back(std::get<Molecule>(std::move(results[i])));
    }
    rows[i] = molecules.size() - 1;
  }
  return rows;
}

/// The rows of the candidates that are molecules, ascending, each once.
std::vector<std::size_t> members_of(std::span<const std::uint32_t> candidates,
                                    std::span<const std::optional<std::size_t>> rows) {
  std::vector<std::size_t> members;
  members.reserve(candidates.size());
  for (const std::uint32_t candidate : candidates) {
    if (rows[candidate]) members.push_back(*rows[candidate]);
  }
  std::sort(members.begin(), members.end());
  members.erase(std::unique(members.begin(), members.end()), members.end());
  members.shrink_to_fit();
  return members;
}

std::vector<std::size_t> united(const std::vector<std::size_t>& a,
                                const std::vector<std::size_t>& b) {
  std::vector<std::size_t> both;
  std::set_union(a.begin(), a.end(), b.begin(), b.end(), std::back_inserter(both));
  return both;
}

void check_truths(const RawPools& raw, const std::vector<Standardized>& results,
                  const std::filesystem::path& path) {
  for (const auto& pool : raw.pools) {
    const auto* truth = std::get_if<TruthText>(&pool.key);
    if (truth == nullptr) continue;
    const auto* rejection = std::get_if<Rejection>(&results[truth->text]);
    if (rejection == nullptr) continue;
    throw InputError(
        {path.string(), 0},
        fmt::format("the truth \"{}\" is no molecule ({}); the keys of candidate pools "
                    "are SMILES",
                    one_line(raw.texts[truth->text], 80), one_line(rejection->message)));
  }
}

std::size_t warn_of_rejected(const RawPools& raw, const std::vector<Standardized>& results,
                             const std::filesystem::path& path, const RunContext& context) {
  constexpr std::size_t kNamed = 3;
  std::size_t rejected = 0;
  std::string named;
  for (std::size_t i = 0; i < results.size(); ++i) {
    const auto* rejection = std::get_if<Rejection>(&results[i]);
    if (rejection == nullptr || rejected++ >= kNamed) continue;
    named += fmt::format("{}\"{}\" ({})", named.empty() ? "" : ", ", one_line(raw.texts[i], 80),
                         one_line(rejection->message, 80));
  }
  if (rejected > 0) {
    context.warning(fmt::format(
        "{}: {} left out: {}{}", path.string(),
        counted(rejected, "candidate is no molecule and is", "candidates are no molecules and are"),
        named, rejected > kNamed ? ", ..." : ""));
  }
  return rejected;
}

/// @param truths keys whose structure stood before, with other candidates
void warn_of_united(std::span<const std::uint32_t> truths, const RawPools& raw,
                    const std::filesystem::path& path, const RunContext& context) {
  if (truths.empty()) return;
  context.warning(fmt::format(
      "{}: {} from it in candidates, \"{}\" for one; each such structure has one pool, its "
      "candidates from all of its keys",
      path.string(),
      counted(truths.size(), "key states the structure of another key and differs",
              "keys state the structure of another key and differ"),
      one_line(raw.texts[truths.front()], 80)));
}

}  // namespace

CandidatePools CandidatePools::load(const std::filesystem::path& path, const RunContext& context) {
  const RawPools raw = read_raw_pools(path);
  return assemble(raw, standardize_candidates(raw.texts, "standardising candidates", context), path,
                  context);
}

CandidatePools CandidatePools::assemble(const RawPools& raw, std::vector<Standardized> results,
                                        const std::filesystem::path& path,
                                        const RunContext& context) {
  check_truths(raw, results, path);
  CandidatePools loaded;
  loaded.named_by_ = raw.named_by;
  loaded.rejected_ = warn_of_rejected(raw, results, path, context);
  const auto rows = sort_into(loaded.molecules_, results);
  std::vector<std::uint32_t> repeated_truths;
  for (const auto& [key, candidates] : raw.pools) {
    auto members = members_of(candidates, rows);
    const std::size_t before = loaded.pools_.size();
    auto& pool = loaded.pools_[loaded.pool_of(key, rows)];
    if (loaded.pools_.size() > before) {
      pool = std::move(members);
    } else if (pool != members) {
      pool = united(pool, members);
      if (const auto* truth = std::get_if<TruthText>(&key)) repeated_truths.push_back(truth->text);
    }
  }
  warn_of_united(repeated_truths, raw, path, context);
  return loaded;
}

CandidatePools CandidatePools::all_against_all(std::vector<Molecule> molecules) {
  CandidatePools pools;
  std::sort(molecules.begin(), molecules.end(),
            [](const Molecule& a, const Molecule& b) { return a.smiles() < b.smiles(); });
  const auto repeated =
      std::unique(molecules.begin(), molecules.end(),
                  [](const Molecule& a, const Molecule& b) { return a.smiles() == b.smiles(); });
  molecules.erase(repeated, molecules.end());
  pools.pools_.emplace_back(molecules.size());
  std::iota(pools.pools_.front().begin(), pools.pools_.front().end(), 0);
  for (const auto& molecule : molecules) {
    pools.pool_of_smiles_.emplace(molecule.smiles(), 0);
    pools.pool_of_key_.emplace(molecule.inchikey14(), 0);
  }
  pools.molecules_ = std::move(molecules);
  return pools;
}

template <typename Keys, typename Key>
std::size_t CandidatePools::pool_in(Keys& keys, const Key& key) {
  const auto [place, fresh] = keys.try_emplace(key, pools_.size());
  if (fresh) pools_.emplace_back();
  return place->second;
}

std::size_t CandidatePools::numbered_pool(const QueryIndex& query) {
  const auto [place, fresh] =
      pool_of_index_.try_emplace(query.index, NumberedPool{pools_.size(), query.id});
  if (fresh) pools_.emplace_back();
  // Of two pools that state one name, none is found by it.
  if (fresh && !query.id.empty()) {
    const auto [named, first] = pool_of_id_.try_emplace(query.id, place->second.pool);
    if (!first) named->second = kNoPool;
  }
  return place->second.pool;
}

std::size_t CandidatePools::pool_of(const PoolKey& key,
                                    std::span<const std::optional<std::size_t>> rows) {
  if (const auto* query = std::get_if<QueryId>(&key)) return pool_in(pool_of_id_, query->id);
  if (const auto* query = std::get_if<QueryIndex>(&key)) return numbered_pool(*query);
  const Molecule& truth = molecules_[rows[std::get<TruthText>(key).text].value()];
  const std::size_t pool = pool_in(pool_of_smiles_, truth.smiles());
  pool_of_key_.try_emplace(truth.inchikey14(), pool);
  return pool;
}

std::string_view CandidatePools::found_by() const noexcept {
  if (by_structure()) return "SMILES";
  if (!pool_of_index_.empty()) return "number";
  return named_by_ == NamedBy::id           ? "own name"
         : named_by_ == NamedBy::feature_id ? "FEATURE_ID, else own name"
                                            : "SCANS, else own name";
}

std::string CandidatePools::owner_of(std::size_t pool) const {
  for (const auto& [index, numbered] : pool_of_index_) {
    if (numbered.pool != pool) continue;
    return fmt::format("query_index {}", index) +
           (numbered.id.empty() ? "" : fmt::format(" (\"{}\")", one_line(numbered.id, 80)));
  }
  for (const auto* keys : {&pool_of_id_, &pool_of_smiles_}) {
    for (const auto& [name, position] : *keys) {
      if (position == pool) return fmt::format("\"{}\"", one_line(name, 80));
    }
  }
  return "nobody";
}

const std::vector<std::size_t>* CandidatePools::find(const RecordName& record,
                                                     const Molecule* structure) const {
  const auto pool_in = [this](const auto& keys, const auto& key) {
    const auto found = keys.find(key);
    return found == keys.end() || found->second == kNoPool ? nullptr : &pools_[found->second];
  };
  if (const auto found = pool_of_index_.find(record.index); found != pool_of_index_.end()) {
    const auto& [pool, id] = found->second;
    if (id.empty() || same_name(id, record.id)) return &pools_[pool];
  }
  if (const auto* pool = pool_in(pool_of_id_, std::string(name_of(record, named_by_)))) return pool;
  if (structure == nullptr) return nullptr;
  if (const auto* pool = pool_in(pool_of_smiles_, structure->smiles())) return pool;
  return pool_in(pool_of_key_, structure->inchikey14());
}

}  // namespace specbridge
