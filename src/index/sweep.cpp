#include "index/sweep.h"

#include <algorithm>
#include <tuple>
#include <vector>

#include "base/parallel.h"

namespace specbridge {
namespace {

constexpr std::size_t kBlockRows = 64;      // 192 KiB of 768 float32: half of a second-level cache
constexpr std::size_t kStretchRows = 1024;  // what a thread takes at a time

/// Rows that a query asks for, one behind the other, and where their scores go.
struct Piece {
  const StoredRows::Prepared* query = nullptr;
  RowRange rows;
  float* scores = nullptr;

  /// What of it lies in a range that overlaps it.
  Piece within(const RowRange& range) const {
    const RowRange common = {std::max(rows.first, range.first), std::min(rows.last, range.last)};
    return {query, common, scores + (common.first - rows.first)};
  }
};

/// A piece with the stretch of rows that it, in part, lies in.
struct Visit {
  std::size_t stretch = 0, piece = 0;
};

std::vector<Visit> visits_of(std::span<const Piece> pieces) {
  std::vector<Visit> visits;
  for (std::size_t piece = 0; piece < pieces.size(); ++piece) {
    const RowRange& rows = pieces[piece].rows;
    for (std::size_t stretch = rows.first / kStretchRows; stretch * kStretchRows < rows.last;
         ++stretch) {
      visits.push_back({stretch, piece});
    }
  }
  std::ranges::sort(visits, {},
                    [](const Visit& visit) { return std::pair(visit.stretch, visit.piece); });
  return visits;
}

/// Scores the pieces of one block, those with the same rows together.
void score_block_of_rows(const StoredRows& store, std::vector<Piece>& pieces) {
  const auto rows_of = [](const Piece& piece) {
    return std::pair(piece.rows.first, piece.rows.last);
  };
  std::ranges::stable_sort(pieces, {}, rows_of);
  std::vector<const StoredRows::Prepared*> queries;
  std::vector<float*> scores;
  for (std::size_t i = 0; i < pieces.size(); ++i) {
    queries.push_back(pieces[i].query);
    scores.push_back(pieces[i].scores);
    if (i + 1 < pieces.size() && rows_of(pieces[i + 1]) == rows_of(pieces[i])) continue;
    store.scores(queries, pieces[i].rows, scores);
    queries.clear();
    scores.clear();
  }
}

void score_stretch(const StoredRows& store, std::span<const Piece> pieces,
                   std::span<const Visit> visits) {
  const std::size_t first = visits.front().stretch * kStretchRows;
  std::vector<Piece> here;
  for (std::size_t row = first; row < first + kStretchRows; row += kBlockRows) {
    const RowRange block = {row, row + kBlockRows};
    here.clear();
    for (const Visit& visit : visits) {
      const Piece& piece = pieces[visit.piece];
      if (piece.rows.first < block.last && block.first < piece.rows.last) {
        here.push_back(piece.within(block));
      }
    }
    score_block_of_rows(store, here);
  }
}

}  // namespace

void sweep(const StoredRows& store, std::span<const ScoreRequest> requests,
           const RunContext& context) {
  std::vector<StoredRows::Prepared> prepared(requests.size());
  parallel_for(requests.size(), context.threads, [&](std::size_t i) {
    context.check_interrupt();
    const auto& [query, rows, scores] = requests[i];
    if (rows->single_rows() != nullptr) return store.scores(query, *rows, scores);
    check_sizes(store, query, *rows, scores);
    prepared[i] = store.prepare(query);
  });
  std::vector<Piece> pieces;
  for (std::size_t i = 0; i < requests.size(); ++i) {
    if (requests[i].rows->single_rows() != nullptr) continue;
    float* place = requests[i].scores.data();
    requests[i].rows->for_each_range([&](const RowRange& range) {
      if (range.size() > 0) pieces.push_back({&prepared[i], range, place});
      place += range.size();
    });
  }
  const std::vector<Visit> visits = visits_of(pieces);
  std::vector<std::span<const Visit>> stretches;
  for (std::size_t first = 0, i = 0; i < visits.size(); ++i) {
    if (i + 1 < visits.size() && visits[i + 1].stretch == visits[i].stretch) continue;
    stretches.push_back(std::span(visits).subspan(first, i + 1 - first));
    first = i + 1;
  }
  parallel_for(stretches.size(), context.threads, [&](std::size_t i) {
    context.check_interrupt();
    score_stretch(store, pieces, stretches[i]);
  });
}

}  // namespace specbridge
