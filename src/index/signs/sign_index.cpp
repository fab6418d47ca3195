#include "index/signs/sign_index.h"

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <cmath>
#include <cstring>
#include <mutex>
#include <optional>
#include <stdexcept>
#include <utility>

#include "base/parallel.h"
#include "index/signs/sign_codes.h"
#include "specbridge/error.h"

namespace specbridge {
namespace {

// The file: rows and dimensions, the mean, then the blocks, each at a multiple of a cache line.
constexpr std::size_t kLine = 64;

constexpr std::size_t lines(std::size_t bytes) {
  return (bytes + kLine - 1) / kLine * kLine;
}
std::size_t bytes_before_blocks(std::size_t dim) {
  return kLine + lines(dim * sizeof(float));
}
std::size_t blocks_of(std::size_t rows) {
  return (rows + kSignBlockRows - 1) / kSignBlockRows;
}

std::size_t block_bytes(const SignCodes& codes) {
  return codes.blocks_at(nullptr, 1).block_bytes();
}

/// By score, and of equal scores by row: what is kept does not depend on the order of work.
bool is_better(const Neighbor& a, const Neighbor& b) {
  return a.score != b.score ? a.score > b.score : a.row < b.row;
}

/// The best rows of one query that several threads offer.
class BestRows {
 public:
  BestRows(std::size_t k, float least) : k_(k), least_(least) {}
  /// No row below it is among the best.
  float least() const noexcept { return least_.load(std::memory_order_relaxed); }
  void offer(std::span<const Neighbor> rows) {
    const std::scoped_lock lock(mutex_);
    best_.insert(best_.end(), rows.begin(), rows.end());
    if (best_.size() >= 2 * k_) keep_best();
  }
  std::vector<Neighbor> sorted() {
    keep_best();
    std::ranges::sort(best_, is_better);
    return std::move(best_);
  }

 private:
  void keep_best() {
    if (best_.size() < k_) return;
    std::ranges::nth_element(best_, best_.begin() + static_cast<std::ptrdiff_t>(k_ - 1), is_better);
    best_.resize(k_);
    least_.store(best_.back().score, std::memory_order_relaxed);
  }

  std::size_t k_;
  std::mutex mutex_;
  std::vector<Neighbor> best_;
  std::atomic<float> least_;
};

class SignIndex final : public VectorIndex {
 public:
  explicit SignIndex(std::size_t dim) : dim_(dim) {}
  SignIndex(BlockFile file, std::size_t dim, std::size_t rows)
      : dim_(dim), rows_(rows), file_(std::move(file)) {
    const auto mean = file_->values<float>(kLine / sizeof(float), dim);
    codes_.emplace(std::vector<float>(mean.begin(), mean.end()));
  }

  std::size_t dim() const noexcept override { return dim_; }
  std::size_t size() const noexcept override { return rows_; }
  std::size_t row_bytes() const noexcept override {
    return block_bytes(SignCodes(std::vector<float>(dim_))) / kSignBlockRows;
  }
  std::size_t wanted_sample() const noexcept override { return codes_ ? 0 : kSampleRows; }
  std::size_t worth_scoring(std::size_t k, std::size_t rows) const noexcept override {
    const double growth = std::sqrt(std::max(1.0, static_cast<double>(rows) / kGrowsFrom));
    const double blur =
        std::max(1.0, kOfNumbers / static_cast<double>(std::max<std::size_t>(dim_, 1)));
    return std::max(kScoredAgain * k, static_cast<std::size_t>(kLeastScored * growth * blur));
  }

  void train(MatrixView sample) override {
    std::vector<double> sums(dim_);
    for (std::size_t i = 0; i < sample.rows(); ++i) {
      const auto row = sample.row(i);
      for (std::size_t j = 0; j < dim_; ++j) sums[j] += row[j];
    }
    std::vector<float> mean(dim_);
    const double count = static_cast<double>(std::max<std::size_t>(sample.rows(), 1));
    for (std::size_t j = 0; j < dim_; ++j) mean[j] = static_cast<float>(sums[j] / count);
    codes_.emplace(std::move(mean));
  }

  void add(MatrixView rows) override {
    check(rows);
    const std::size_t bytes = block_bytes(*codes_);
    built_.resize(blocks_of(rows_ + rows.rows()) * bytes);
    for (std::size_t i = 0; i < rows.rows(); ++i, ++rows_) {
      const std::span block = std::span(built_).subspan(rows_ / kSignBlockRows * bytes, bytes);
      codes_->encode(rows.row(i), rows_ % kSignBlockRows, block);
    }
  }

  std::vector<std::vector<Neighbor>> search(MatrixView queries, std::size_t k,
                                            IndexEffort effort) const override {
    check(queries);
    k = std::min(k, rows_);
    std::vector<std::vector<Neighbor>> found(queries.rows());
    if (k == 0) return found;
    for (std::size_t first = 0; first < queries.rows(); first += kTogether) {
      const std::size_t count = std::min(kTogether, queries.rows() - first);
      const MatrixView some(queries.values().subspan(first * dim_, count * dim_), count, dim_);
      IndexEffort own = effort;
      if (!effort.least.empty()) own.least = effort.least.subspan(first, count);
      search_some(some, k, own, std::span(found).subspan(first, count));
    }
    return found;
  }

  void save(const std::filesystem::path& path) const override {
    BlockWriter file(path);
    std::vector<char> head(bytes_before_blocks(dim_));
    const std::uint64_t sizes[] = {rows_, dim_};
    std::memcpy(head.data(), sizes, sizeof(sizes));
    std::memcpy(head.data() + kLine, codes_->mean().data(), dim_ * sizeof(float));
    file.write({head.data(), head.size()});
    file.write_values<std::uint8_t>(built_);
    file.finish();
  }

 private:
  static constexpr std::size_t kSampleRows = 16'384;  // more do not move a mean
  static constexpr std::size_t kStretchBlocks = 512;  // what a thread takes at a time
  static constexpr std::size_t kBlocksAtATime = 16;   // with their queries they stay in the cache
  static constexpr std::size_t kTogether = 64;        // queries that a pass over the codes serves
  static constexpr std::size_t kScoredAgain = 4;
  static constexpr float kLowest = -std::numeric_limits<float>::infinity();
  // Of 1,000,000 vectors of 768 numbers the best 4,000 are looked at: more vectors have more that
  // are nearly as good, and fewer numbers a larger error.
  static constexpr double kLeastScored = 2000, kGrowsFrom = 250'000, kOfNumbers = 768;

  void check(MatrixView rows) const {
    if (!codes_) throw std::logic_error("an index of signs is trained before it is used");
    if (rows.cols() == dim_) return;
    throw std::invalid_argument(
        fmt::format("vectors of {} dimensions for an index of {}", rows.cols(), dim_));
  }
  SignBlocks blocks(std::size_t first, std::size_t count) const {
    const std::size_t bytes = block_bytes(*codes_), start = first * bytes;
    if (!file_) return codes_->blocks_at(built_.data() + start, count);
    const auto stored =
        file_->values<std::uint8_t>(bytes_before_blocks(dim_) + start, count * bytes);
    return codes_->blocks_at(stored.data(), count);
  }

  void search_some(MatrixView queries, std::size_t k, const IndexEffort& effort,
                   std::span<std::vector<Neighbor>> found) const {
    std::vector<SignCodes::Prepared> prepared;
    std::vector<SignQuery> asked;
    for (std::size_t i = 0; i < queries.rows(); ++i) {
      prepared.push_back(codes_->prepare(queries.row(i)));
      asked.push_back(prepared.back().query);
    }
    std::vector<std::unique_ptr<BestRows>> best;
    for (std::size_t i = 0; i < queries.rows(); ++i) {
      best.push_back(
          std::make_unique<BestRows>(k, effort.least.empty() ? kLowest : effort.least[i]));
    }
    const std::size_t all = blocks_of(rows_);
    parallel_for((all + kStretchBlocks - 1) / kStretchBlocks, effort.threads,
                 [&](std::size_t stretch) {
                   const std::size_t first = stretch * kStretchBlocks;
                   look_through(first, std::min(kStretchBlocks, all - first), asked, best);
                 });
    for (std::size_t i = 0; i < best.size(); ++i) found[i] = best[i]->sorted();
  }

  void look_through(std::size_t first, std::size_t count, std::span<const SignQuery> queries,
                    std::span<const std::unique_ptr<BestRows>> best) const {
    constexpr std::size_t kRows = kBlocksAtATime * kSignBlockRows;
    Matrix scores(queries.size(), kRows);
    std::vector<float*> places(queries.size());
    for (std::size_t i = 0; i < places.size(); ++i) places[i] = scores.row(i).data();
    std::vector<std::vector<Neighbor>> good(queries.size());
    for (std::size_t at = first; at < first + count; at += kBlocksAtATime) {
      const std::size_t some = std::min(kBlocksAtATime, first + count - at);
      best_kernels().signs(blocks(at, some), queries, places.data());
      const std::size_t row = at * kSignBlockRows;
      const std::size_t rows = std::min(some * kSignBlockRows, rows_ - row);
      for (std::size_t i = 0; i < queries.size(); ++i) {
        const float least = best[i]->least();
        for (std::size_t r = 0; r < rows; ++r) {
          if (places[i][r] >= least) good[i].push_back({row + r, places[i][r]});
        }
      }
    }
    for (std::size_t i = 0; i < queries.size(); ++i) best[i]->offer(good[i]);
  }

  std::size_t dim_, rows_ = 0;
  std::optional<BlockFile> file_;    ///< of an index that was loaded
  std::vector<std::uint8_t> built_;  ///< blocks of one that is being built
  std::optional<SignCodes> codes_;
};

}  // namespace

std::unique_ptr<VectorIndex> make_sign_index(std::size_t dim) {
  return std::make_unique<SignIndex>(dim);
}

std::unique_ptr<VectorIndex> load_sign_index(BlockFile file, std::size_t dim, std::size_t rows) {
  const std::size_t block = block_bytes(SignCodes(std::vector<float>(dim)));
  const std::size_t expected = bytes_before_blocks(dim) + blocks_of(rows) * block;
  if (file.size() != expected || file.values<std::uint64_t>(0, 1)[0] != rows ||
      file.values<std::uint64_t>(1, 1)[0] != dim) {
    throw ArtifactError(fmt::format("{}: does not hold the codes of {} vectors of {} dimensions",
                                    file.path().string(), rows, dim));
  }
  return std::make_unique<SignIndex>(std::move(file), dim, rows);
}

}  // namespace specbridge
