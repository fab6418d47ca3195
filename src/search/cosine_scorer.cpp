#include "search/cosine_scorer.h"

#include <algorithm>
#include <numeric>
#include <unordered_map>
#include <utility>

#include "base/parallel.h"

namespace specbridge {
namespace {

constexpr std::size_t kBlockRows = 16384;
constexpr std::size_t kMaxKeptBytes = std::size_t{4} << 30;

using Pool = std::vector<std::size_t>;

/// Queries of some whole pools, and the distinct candidates of those pools, ascending.
struct Block {
  std::vector<std::size_t> queries, rows;
};

/// Queries ordered by pool, cut where a block is full; queries of one pool are never parted.
std::vector<Block> make_blocks(std::span<const Pool* const> pool_of) {
  std::unordered_map<const Pool*, std::size_t> place;
  std::vector<std::pair<const Pool*, std::vector<std::size_t>>> groups;
  for (std::size_t query = 0; query < pool_of.size(); ++query) {
    if (pool_of[query] == nullptr) continue;
    const auto [it, fresh] = place.try_emplace(pool_of[query], groups.size());
    if (fresh) groups.push_back({pool_of[query], {}});
    groups[it->second].second.push_back(query);
  }
  std::vector<Block> blocks;
  for (const auto& [pool, queries] : groups) {
    if (blocks.empty() || blocks.back().rows.size() + pool->size() > kBlockRows) {
      blocks.emplace_back();
    }
    Block& block = blocks.back();
    block.queries.insert(block.queries.end(), queries.begin(), queries.end());
    block.rows.insert(block.rows.end(), pool->begin(), pool->end());
  }
  for (auto& block : blocks) {
    std::ranges::sort(block.rows);
    block.rows.erase(std::ranges::unique(block.rows).begin(), block.rows.end());
  }
  return blocks;
}

}  // namespace

PoolScorer::PoolScorer(const CandidatePools& pools, const MoleculeEncoder& encoder,
                       const Library* library, KeepVectors keep)
    : pools_(pools), encoder_(encoder), library_(library), keep_(keep) {
  if (pools.molecules().size() * encoder.dim() * sizeof(float) > kMaxKeptBytes) {
    keep_ = KeepVectors::no;
  }
}

Matrix PoolScorer::vectors_of(std::span<const std::size_t> rows) const {
  Matrix vectors(rows.size(), encoder_.dim());
  std::vector<Molecule> missing;
  std::vector<std::size_t> places;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const Molecule& molecule = pools_.molecules()[rows[i]];
    const auto known = library_ == nullptr ? std::nullopt : library_->find(molecule);
    if (known) {
      std::ranges::copy(library_->vector(*known), vectors.row(i).begin());
    } else {
      missing.push_back(molecule);
      places.push_back(i);
    }
  }
  const Matrix encoded = encoder_.encode(missing);
  for (std::size_t i = 0; i < places.size(); ++i) {
    std::ranges::copy(encoded.row(i), vectors.row(places[i]).begin());
  }
  return vectors;
}

void PoolScorer::keep_all(const RunContext& context) {
  if (kept_.rows() == pools_.molecules().size()) return;
  Matrix kept(pools_.molecules().size(), encoder_.dim());
  for (std::size_t first = 0; first < kept.rows(); first += kBlockRows) {
    context.check_interrupt();
    std::vector<std::size_t> rows(std::min(kBlockRows, kept.rows() - first));
    std::iota(rows.begin(), rows.end(), first);
    const Matrix block = vectors_of(rows);
    std::ranges::copy(block.values(), kept.row(first).data());
    context.progress("encoding candidates", first + rows.size(), kept.rows());
  }
  kept_ = std::move(kept);
}

void PoolScorer::score(std::span<const Pool* const> pool_of, std::span<const Matrix> runs,
                       const Consumer& consume, const RunContext& context) {
  if (keep_ == KeepVectors::yes) keep_all(context);
  const auto blocks = make_blocks(pool_of);
  std::size_t done = 0;
  for (const auto& block : blocks) {
    context.check_interrupt();
    const Matrix fresh = keep_ == KeepVectors::yes ? Matrix() : vectors_of(block.rows);
    const auto vector = [&](std::size_t row) {
      if (keep_ == KeepVectors::yes) return std::as_const(kept_).row(row);
      const auto place = std::ranges::lower_bound(block.rows, row) - block.rows.begin();
      return std::as_const(fresh).row(static_cast<std::size_t>(place));
    };
    parallel_for(block.queries.size(), context.threads, [&](std::size_t i) {
      const std::size_t query = block.queries[i];
      const Pool& pool = *pool_of[query];
      std::vector<float> scores(pool.size());
      for (std::size_t run = 0; run < runs.size(); ++run) {
        for (std::size_t c = 0; c < pool.size(); ++c) {
          const auto candidate = vector(pool[c]);
          const bool placed = std::ranges::any_of(candidate, [](float x) { return x != 0; });
          scores[c] = placed ? dot(runs[run].row(query), candidate) : kNoVectorScore;
        }
        consume(run, query, scores);
      }
    });
    done += block.queries.size();
    if (keep_ == KeepVectors::no) context.progress("scoring pools", done, pool_of.size());
  }
}

}  // namespace specbridge
