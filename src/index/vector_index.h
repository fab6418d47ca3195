#pragma once

#include <cstddef>
#include <filesystem>
#include <memory>
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
  /// @param sample [n, dim] @throws UsageError when it is too small for the index
  virtual void train(MatrixView sample) = 0;
  /// @param rows [n, dim]
  virtual void add(MatrixView rows) = 0;
  /// The best rows of every query, best first: at most k, never padded.
  /// @param queries [n, dim]
  /// @param effort lists to visit in an IVF index (0: a default of at least 16 lists or a quarter);
  /// other indexes ignore it
  virtual std::vector<std::vector<Neighbor>> search(MatrixView queries, std::size_t k,
                                                    std::size_t effort) const = 0;
  /// Writes a block file. @throws OutputError
  virtual void save(const std::filesystem::path& path) const = 0;
};

/// The version of FAISS, "1.7.3".
std::string faiss_version();
/// What it was compiled for, "OPTIMIZE AVX2".
std::string faiss_build();

/// What asks for an index by the number of rows, and its factory string: exact for a small library,
/// a byte a dimension for a middling one, from 250,000 rows on inverted lists of at most 104 bytes
/// a row.
constexpr const char* kAutomaticIndex = "auto";
std::string automatic_index(std::size_t rows, std::size_t dim);

/// An empty index by FAISS's factory string, e.g. "Flat", "IVF256,SQ8", "IVF256,PQ96x4fs".
/// @throws UsageError when FAISS does not know the string
std::unique_ptr<VectorIndex> make_index(const std::string& factory, std::size_t dim);

/// Bytes of an index for each of so many rows, apart from a fixed rest.
/// @param factory as make_index() takes it, or kAutomaticIndex @throws UsageError
std::size_t index_row_bytes(const std::string& factory, std::size_t dim, std::size_t rows);

/// Opens a saved index. @throws ArtifactError when it is damaged or has another shape
std::unique_ptr<VectorIndex> load_index(const BlockFile& file, std::size_t dim, std::size_t rows);

}  // namespace specbridge
