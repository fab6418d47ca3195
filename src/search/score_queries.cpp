#include "search/score_queries.h"

#include <algorithm>
#include <optional>
#include <unordered_map>
#include <utility>

#include "base/parallel.h"
#include "specbridge/status.h"

namespace specbridge {
namespace {

constexpr std::size_t kBlockCandidates = std::size_t{1} << 23;  // 32 MiB of scores each

/// Queries whose candidates are at hand together.
struct RowBlock {
  std::vector<std::size_t> queries, rows;  // rows: ascending, each once; empty: all are at hand
};

/// Queries with candidates, those of one shared list of rows together.
std::vector<std::vector<std::size_t>> groups_of(std::span<const CandidateSet> sets) {
  std::vector<std::vector<std::size_t>> groups;
  std::unordered_map<const RowSet::Rows*, std::size_t> place;
  for (std::size_t query = 0; query < sets.size(); ++query) {
    const RowSet& rows = sets[query].rows;
    if (sets[query].status != Status::ok || rows.empty()) continue;
    if (rows.single_rows() == nullptr) {
      groups.push_back({query});
      continue;
    }
    const auto [it, fresh] = place.try_emplace(rows.single_rows(), groups.size());
    if (fresh) groups.emplace_back();
    groups[it->second].push_back(query);
  }
  return groups;
}

/// Groups, cut where a block holds enough rows; a group is never parted. They come in the order of
/// their rows: windows that overlap are scored in one sweep or fetched together, and a file is read
/// from front to back.
std::vector<RowBlock> row_blocks(std::span<const CandidateSet> sets, const RowStore& store) {
  const std::size_t most = store.rows_at_a_time();
  const bool all_at_hand = most == RowStore::kAllRows;
  auto groups = groups_of(sets);
  std::ranges::stable_sort(groups, {},
                           [&](const auto& group) { return sets[group.front()].rows.front(); });
  std::vector<RowBlock> blocks;
  for (const auto& group : groups) {
    const RowSet& rows = sets[group.front()].rows;
    const bool full =
        !blocks.empty() && !all_at_hand && blocks.back().rows.size() + rows.size() > most;
    if (blocks.empty() || full) blocks.emplace_back();
    RowBlock& block = blocks.back();
    block.queries.insert(block.queries.end(), group.begin(), group.end());
    if (!all_at_hand) rows.for_each([&](std::size_t row) { block.rows.push_back(row); });
  }
  for (auto& block : blocks) {
    std::ranges::sort(block.rows);
    block.rows.erase(std::unique(block.rows.begin(), block.rows.end()), block.rows.end());
  }
  return blocks;
}

/// Slices of some queries with a bounded number of candidates, at least one query each.
/// @param runs as often every candidate is scored
std::vector<std::span<const std::size_t>> slices_of(std::span<const std::size_t> queries,
                                                    std::span<const CandidateSet> sets,
                                                    std::size_t runs) {
  std::vector<std::span<const std::size_t>> slices;
  for (std::size_t first = 0; first < queries.size();) {
    std::size_t last = first, candidates = 0;
    do {
      candidates += runs * sets[queries[last++]].rows.size();
    } while (last < queries.size() &&
             candidates + runs * sets[queries[last]].rows.size() <= kBlockCandidates);
    slices.push_back(queries.subspan(first, last - first));
    first = last;
  }
  return slices;
}

using Consume = std::function<void(std::size_t run, std::size_t query, const QueryScores&)>;

/// The queries of a slice with their candidates, whose rows lie in `rows`, under every run: those
/// of one run together. Evidence that takes candidates apart does it once for all of them.
ScoringBlock block_of(std::span<const std::size_t> slice, const RowStore& rows,
                      const MoleculeStore& molecules, std::span<const Query> queries,
                      std::span<const CandidateSet> sets, std::span<const ShownQueries> runs) {
  ScoringBlock block;
  block.rows = &rows;
  block.molecules = &molecules;
  const bool peaks =
      std::ranges::any_of(runs, [](const ShownQueries& shown) { return !shown.peaks.empty(); });
  const bool spectra =
      std::ranges::any_of(runs, [](const ShownQueries& shown) { return !shown.spectra.empty(); });
  const bool inputs =
      std::ranges::all_of(runs, [](const ShownQueries& shown) { return !shown.inputs.empty(); });
  const bool untold =
      std::ranges::any_of(runs, [](const ShownQueries& shown) { return !shown.untold.empty(); });
  for (const auto& shown : runs) {
    for (const std::size_t query : slice) {
      if (untold) {
        block.untold.push_back(shown.untold.empty() ? std::nullopt : shown.untold[query]);
      }
      block.queries.push_back(queries.empty() ? nullptr : &queries[query]);
      block.sets.push_back(&sets[query]);
      block.vectors.push_back(shown.vectors.row(query));
      if (inputs) block.inputs.push_back(&shown.inputs[query]);
      if (spectra) {
        block.spectra.push_back(shown.spectra.empty() ? std::span<const Peak>()
                                                      : std::span(shown.spectra[query]));
      }
      if (!peaks) continue;
      block.peaks.push_back(shown.peaks.empty() ? std::span<const FragmentPeak>()
                                                : std::span(shown.peaks[query]));
    }
  }
  return block;
}

/// Scores the queries of a slice under what each run shows.
void score_slice(const ScoringBlock& block, std::span<const std::size_t> slice,
                 const ScoringParts& parts, const RunContext& context, const Consume& consume) {
  const ScoreTable table = score_block(block, parts.evidence, parts.rescore, context);
  const ScoreColumn fused = fuse(block, table, parts.evidence);
  parallel_for(block.size(), context.threads, [&](std::size_t i) {
    context.check_interrupt();
    consume(i / slice.size(), slice[i % slice.size()], {fused.of(i), table, i});
  });
}

}  // namespace

void score_queries(
    const ScoringParts& parts, std::span<const Query> queries, std::span<const CandidateSet> sets,
    std::span<const ShownQueries> runs, const RunContext& context,
    const std::function<void(std::size_t run, std::size_t query, const QueryScores&)>& consume) {
  std::size_t done = 0;
  for (const auto& row_block : row_blocks(sets, parts.rows)) {
    context.check_interrupt();
    const bool fetched = !row_block.rows.empty();
    const auto at_hand = fetched ? parts.rows.at_hand(row_block.rows) : nullptr;
    const RowStore& rows = at_hand ? *at_hand : parts.rows;
    for (const auto slice : slices_of(row_block.queries, sets, runs.size())) {
      score_slice(block_of(slice, rows, parts.molecules, queries, sets, runs), slice, parts,
                  context, consume);
    }
    done += row_block.queries.size();
    if (fetched) context.progress("scoring candidates", done, sets.size());
  }
}

}  // namespace specbridge
