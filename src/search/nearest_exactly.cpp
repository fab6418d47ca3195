#include "search/nearest_exactly.h"

#include <algorithm>
#include <limits>

#include "base/parallel.h"

namespace specbridge {
namespace {

constexpr std::size_t kSweptRows = std::size_t{1} << 14;  // scored at a time for all queries

/// The best rows of a query so far: a heap whose top is the worst of them.
class BestRows {
 public:
  BestRows(std::size_t k, const MoleculeLibrary& library) : k_(k), higher_{library} {}

  void offer(std::size_t first, std::span<const float> scores) {
    for (std::size_t i = 0; i < scores.size(); ++i) {
      const Neighbor one{first + i, scores[i]};
      if (best_.size() == k_ && !higher_(one, best_.front())) continue;
      if (best_.size() == k_) {
        std::ranges::pop_heap(best_, higher_);
        best_.pop_back();
      }
      best_.push_back(one);
      std::ranges::push_heap(best_, higher_);
    }
  }
  std::vector<Neighbor> sorted() {
    std::ranges::sort_heap(best_, higher_);
    return std::move(best_);
  }

 private:
  std::size_t k_;
  RanksHigher higher_;
  std::vector<Neighbor> best_;
};

}  // namespace

std::vector<std::vector<Neighbor>> nearest_exactly(const MoleculeLibrary& library,
                                                   MatrixView queries, std::size_t k,
                                                   const RunContext& context) {
  constexpr double kAnyMass = std::numeric_limits<double>::infinity();
  std::vector<BestRows> best(queries.rows(), BestRows(k, library));
  Matrix scores(queries.rows(), kSweptRows);
  for (RowRange range : library.within(-kAnyMass, kAnyMass)) {
    while (k > 0 && range.size() > 0) {
      context.check_interrupt();
      const std::size_t count = std::min(kSweptRows, range.size());
      const RowSet rows({RowRange{range.first, range.first + count}});
      std::vector<ScoreRequest> requests;
      for (std::size_t i = 0; i < queries.rows(); ++i) {
        requests.push_back({queries.row(i), &rows, scores.row(i).first(count)});
      }
      library.vectors().scores_of_many(requests, context);
      parallel_for(queries.rows(), context.threads, [&](std::size_t i) {
        best[i].offer(range.first, std::as_const(scores).row(i).first(count));
      });
      range.first += count;
    }
  }
  std::vector<std::vector<Neighbor>> found;
  for (auto& one : best) found.push_back(one.sorted());
  return found;
}

}  // namespace specbridge
