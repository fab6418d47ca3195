#include "index/faiss_index.h"

#include <faiss/IndexFlatCodes.h>
#include <faiss/IndexHNSW.h>
#include <faiss/IndexIVF.h>
#include <faiss/IndexIVFPQ.h>
#include <faiss/IndexPQ.h>
#include <faiss/IndexPreTransform.h>
#include <faiss/impl/FaissException.h>
#include <faiss/impl/io.h>
#include <faiss/index_factory.h>
#include <faiss/index_io.h>
#include <faiss/utils/utils.h>
#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstring>
#include <mutex>

#include "base/characters.h"
#include "base/text.h"
#include "specbridge/error.h"
#include "store/block_file.h"

namespace specbridge {
namespace {

// FAISS wants about 39 points a centroid and uses at most 256.
constexpr std::size_t kSampleFactor = 64;
constexpr std::size_t kDefaultEffort = 16;
constexpr std::size_t kDefaultGraphEffort = 256;  // neighbours in sight in a search through HNSW

/// FAISS's own sentence, without the function and source line it puts in front.
std::string reason(const std::exception& error) {
  const std::string_view what = error.what();
  for (const std::string_view before : {"failed: ", "Error: "}) {
    const auto at = what.rfind(before);
    if (at != std::string_view::npos) return one_line(what.substr(at + before.size()), 200);
  }
  // "Error in <function> at <file>:<line>: <sentence>"
  const auto file = what.find(".cpp:");
  const auto sentence = file == std::string_view::npos ? file : what.find(": ", file + 5);
  return one_line(sentence == std::string_view::npos ? what : what.substr(sentence + 2), 200);
}

class BlockIoWriter : public faiss::IOWriter {
 public:
  explicit BlockIoWriter(BlockWriter& file) : file_(file) {}
  std::size_t operator()(const void* bytes, std::size_t size, std::size_t count) override {
    file_.write({static_cast<const char*>(bytes), size * count});
    return count;
  }

 private:
  BlockWriter& file_;
};

class BlockIoReader : public faiss::IOReader {
 public:
  explicit BlockIoReader(const BlockFile& file) : file_(file) {}
  std::size_t operator()(void* bytes, std::size_t size, std::size_t count) override {
    const std::uint64_t left = (file_.size() - at_) / size;
    count = std::min<std::size_t>(count, left);
    const std::string_view raw = file_.bytes(at_, size * count);
    if (!raw.empty()) std::memcpy(bytes, raw.data(), raw.size());
    at_ += raw.size();
    return count;
  }

 private:
  const BlockFile& file_;
  std::uint64_t at_ = 0;
};

/// The index behind the transformations of its vectors.
faiss::Index* inner(faiss::Index* index) {
  auto* transformed = dynamic_cast<faiss::IndexPreTransform*>(index);
  return transformed == nullptr ? index : transformed->index;
}

faiss::IndexIVF* inverted_lists_of(faiss::Index* index) {
  return dynamic_cast<faiss::IndexIVF*>(inner(index));
}

/// FAISS warns on standard error, once for each part of a quantizer, of samples smaller than it
/// likes; a small library has no more molecules to give.
void take_small_samples(faiss::Index& index) {
  if (auto* ivf = inverted_lists_of(&index)) ivf->cp.min_points_per_centroid = 1;
  if (auto* ivf = dynamic_cast<faiss::IndexIVFPQ*>(inner(&index))) {
    ivf->pq.cp.min_points_per_centroid = 1;
  }
  if (auto* flat = dynamic_cast<faiss::IndexPQ*>(inner(&index))) {
    flat->pq.cp.min_points_per_centroid = 1;
  }
}

/// FAISS takes sizes of 0 and crashes later.
bool has_a_size_of_0(std::string_view factory) {
  for (std::size_t i = 0; i < factory.size();) {
    if (!is_digit(factory[i])) {
      ++i;
      continue;
    }
    const std::size_t end = std::min(factory.find_first_not_of("0123456789", i), factory.size());
    if (factory.substr(i, end - i).find_first_not_of('0') == std::string_view::npos) return true;
    i = end;
  }
  return false;
}

class FaissIndex : public VectorIndex {
 public:
  explicit FaissIndex(std::unique_ptr<faiss::Index> index) : index_(std::move(index)) {}

  std::size_t dim() const noexcept override { return static_cast<std::size_t>(index_->d); }
  std::size_t size() const noexcept override { return static_cast<std::size_t>(index_->ntotal); }

  std::size_t row_bytes() const noexcept override {
    if (const auto* ivf = inverted_lists_of(index_.get())) {
      return ivf->code_size + sizeof(faiss::Index::idx_t);
    }
    const auto* codes = dynamic_cast<const faiss::IndexFlatCodes*>(inner(index_.get()));
    return codes == nullptr ? dim() * sizeof(float) : codes->code_size;
  }

  std::size_t wanted_sample() const noexcept override {
    if (index_->is_trained) return 0;
    const auto* ivf = inverted_lists_of(index_.get());
    return kSampleFactor * std::max<std::size_t>(ivf == nullptr ? 0 : ivf->nlist, 256);
  }

  /// What comes with the 10 best costs next to nothing.
  std::size_t worth_scoring(std::size_t k, std::size_t /*rows*/) const noexcept override {
    constexpr std::size_t kMore = 10, kLeast = 1000;
    return std::max(kLeast, kMore * k);
  }

  void train(MatrixView sample) override {
    check_cols(sample);
    try {
      index_->train(static_cast<faiss::Index::idx_t>(sample.rows()), sample.values().data());
    } catch (const faiss::FaissException& error) {
      throw UsageError(
          fmt::format("--faiss: the index cannot be trained on {} ({}); choose a smaller "
                      "number of lists, or \"Flat\"",
                      counted(sample.rows(), "molecule"), reason(error)));
    }
  }

  void add(MatrixView rows) override {
    check_cols(rows);
    try {
      index_->add(static_cast<faiss::Index::idx_t>(rows.rows()), rows.values().data());
    } catch (const faiss::FaissException& error) {
      throw UsageError(
          fmt::format("--faiss: this index takes no vectors ({}); expected for example \"Flat\" or "
                      "\"IVF256,SQ8\"",
                      reason(error)));
    }
  }

  std::vector<std::vector<Neighbor>> search(MatrixView queries, std::size_t k,
                                            IndexEffort effort) const override {
    check_cols(queries);
    k = std::min(k, size());
    std::vector<std::vector<Neighbor>> found(queries.rows());
    if (k == 0 || queries.rows() == 0) return found;
    std::vector<float> scores(queries.rows() * k);
    std::vector<faiss::Index::idx_t> rows(queries.rows() * k);
    const auto lock = set_effort(effort.lists, k);
    index_->search(static_cast<faiss::Index::idx_t>(queries.rows()), queries.values().data(),
                   static_cast<faiss::Index::idx_t>(k), scores.data(), rows.data());
    for (std::size_t i = 0; i < rows.size(); ++i) {
      if (rows[i] >= 0) found[i / k].push_back({static_cast<std::size_t>(rows[i]), scores[i]});
    }
    return found;
  }

  void save(const std::filesystem::path& path) const override {
    BlockWriter file(path);
    BlockIoWriter writer(file);
    try {
      faiss::write_index(index_.get(), &writer);
    } catch (const faiss::FaissException& error) {
      throw UsageError(fmt::format("--faiss: this index cannot be saved ({})", reason(error)));
    }
    file.finish();
  }

 private:
  /// The effort is a field of FAISS's object (not every kind takes it as an argument): searches of
  /// IVF and HNSW indexes wait for each other, the others do not.
  std::unique_lock<std::mutex> set_effort(std::size_t effort, std::size_t k) const {
    auto* ivf = inverted_lists_of(index_.get());
    auto* graph = dynamic_cast<faiss::IndexHNSW*>(inner(index_.get()));
    if (ivf == nullptr && graph == nullptr) return {};
    std::unique_lock lock(effort_mutex_);
    if (ivf != nullptr) {
      const std::size_t chosen = effort != 0 ? effort : std::max(kDefaultEffort, ivf->nlist / 4);
      ivf->nprobe = std::min(chosen, ivf->nlist);
    } else {
      const std::size_t chosen = effort != 0 ? effort : std::max(kDefaultGraphEffort, 4 * k);
      graph->hnsw.efSearch = static_cast<int>(std::clamp<std::size_t>(chosen, k, 1 << 20));
    }
    return lock;
  }

  std::unique_ptr<faiss::Index> index_;
  mutable std::mutex effort_mutex_;
};

}  // namespace

std::string faiss_version() {
  return fmt::format("{}.{}.{}", FAISS_VERSION_MAJOR, FAISS_VERSION_MINOR, FAISS_VERSION_PATCH);
}

std::string faiss_build() {
  return std::string(trim(faiss::get_compile_options()));
}

std::unique_ptr<VectorIndex> make_faiss_index(const std::string& factory, std::size_t dim) {
  if (has_a_size_of_0(factory)) {
    throw UsageError(fmt::format("--faiss: \"{}\" has a size of 0; expected 1 or more", factory));
  }
  try {
    std::unique_ptr<faiss::Index> index(
        faiss::index_factory(static_cast<int>(dim), factory.c_str(), faiss::METRIC_INNER_PRODUCT));
    take_small_samples(*index);
    return std::make_unique<FaissIndex>(std::move(index));
  } catch (const std::exception& error) {  // numbers in the string are read with std::stoi
    throw UsageError(fmt::format(
        "--faiss: \"{}\" is no index that FAISS can make for {} dimensions ({}); expected "
        "for example \"Flat\" or \"IVF256,SQ8\"",
        factory, dim, reason(error)));
  }
}

std::unique_ptr<VectorIndex> load_faiss_index(const BlockFile& file, std::size_t dim,
                                              std::size_t rows) {
  file.verify();  // FAISS trusts its input: every byte is checked before it reads one
  BlockIoReader reader(file);
  std::unique_ptr<faiss::Index> index;
  try {
    index.reset(faiss::read_index(&reader));
  } catch (const faiss::FaissException& error) {
    throw ArtifactError(
        fmt::format("{}: FAISS cannot read it ({})", file.path().string(), reason(error)));
  }
  auto loaded = std::make_unique<FaissIndex>(std::move(index));
  if (loaded->dim() != dim || loaded->size() != rows) {
    throw ArtifactError(fmt::format("{}: holds {} vectors of {} dimensions, expected {} of {}",
                                    file.path().string(), loaded->size(), loaded->dim(), rows,
                                    dim));
  }
  return loaded;
}

}  // namespace specbridge
