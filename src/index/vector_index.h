#pragma once

#include <cstddef>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "base/matrix.h"
#include "store/block_file.h"

namespace specbridge {

/// A row and its inner product with a query; higher is nearer.
struct Neighbor {
  std::size_t row = 0;
  float score = 0;
};

/// How hard an index tries.
struct IndexEffort {
  /// Lists to visit in an IVF index, neighbours in sight in an HNSW one (0: a default of at least
  /// 16 lists or a quarter); other indexes ignore it.
  std::size_t lists = 0;
  std::size_t threads = 1;  ///< FAISS takes as many as OpenMP gives it
  /// Of each query: rows that score below it may be left out, since better ones are known. Empty:
  /// none may.
  std::span<const float> least = {};
};

/// An approximate (or, for "Flat", exact) index over vectors by inner product. Rows are numbered in
/// the order they are added. Searching is thread-safe.
class VectorIndex {
 public:
  virtual ~VectorIndex() = default;
  virtual std::size_t dim() const noexcept = 0;
  virtual std::size_t size() const noexcept = 0;
  /// Bytes that it needs for a row.
  virtual std::size_t row_bytes() const noexcept = 0;
  /// Rows that train() should see; 0 when the index needs no training.
  virtual std::size_t wanted_sample() const noexcept = 0;
  /// How many of its best should be scored exactly for the k best to be among them nearly always.
  /// @param rows of all indexes that are asked together
  virtual std::size_t worth_scoring(std::size_t k, std::size_t rows) const noexcept = 0;
  /// @param sample [n, dim] @throws UsageError when it is too small for the index
  virtual void train(MatrixView sample) = 0;
  /// @param rows [n, dim]
  virtual void add(MatrixView rows) = 0;
  /// The best rows of every query, best first: at most k, never padded.
  /// @param queries [n, dim]
  virtual std::vector<std::vector<Neighbor>> search(MatrixView queries, std::size_t k,
                                                    IndexEffort effort) const = 0;
  /// Writes a block file. @throws OutputError
  virtual void save(const std::filesystem::path& path) const = 0;
};

/// Vectors as one bit a number (index/signs/sign_index.h): what a library has unless told
/// otherwise.
constexpr const char* kSignIndex = "signs";

/// An empty index. @param kind kSignIndex, or FAISS's factory string
/// @throws UsageError when FAISS does not know the string
std::unique_ptr<VectorIndex> make_index(const std::string& kind, std::size_t dim);

/// What the file of an index is called.
std::string index_file_name(const std::string& kind);

/// Opens a saved index. @throws ArtifactError when it is damaged or has another shape
std::unique_ptr<VectorIndex> load_index(const std::string& kind, BlockFile file, std::size_t dim,
                                        std::size_t rows);

}  // namespace specbridge
