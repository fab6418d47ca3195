#pragma once

#include <cstddef>
#include <span>
#include <vector>

namespace specbridge {

/// A view of float32 rows [rows, cols], row-major and compact, in host memory: the one convention
/// for embeddings between layers. The viewed memory must outlive the view.
class MatrixView {
 public:
  /// @throws std::invalid_argument when values.size() != rows * cols
  MatrixView(std::span<const float> values, std::size_t rows, std::size_t cols);

  std::size_t rows() const noexcept { return rows_; }
  std::size_t cols() const noexcept { return cols_; }
  std::span<const float> row(std::size_t i) const { return values_.subspan(i * cols_, cols_); }
  std::span<const float> values() const noexcept { return values_; }

 private:
  std::span<const float> values_;
  std::size_t rows_ = 0, cols_ = 0;
};

/// Owns float32 rows [rows, cols], row-major and compact, zero at the start.
class Matrix {
 public:
  Matrix() = default;
  Matrix(std::size_t rows, std::size_t cols) : values_(rows * cols), rows_(rows), cols_(cols) {}

  std::size_t rows() const noexcept { return rows_; }
  std::size_t cols() const noexcept { return cols_; }
  std::span<float> row(std::size_t i) { return std::span(values_).subspan(i * cols_, cols_); }
  std::span<const float> row(std::size_t i) const {
    return std::span(values_).subspan(i * cols_, cols_);
  }
  std::span<float> values() noexcept { return values_; }
  std::span<const float> values() const noexcept { return values_; }
  MatrixView view() const { return {values_, rows_, cols_}; }

 private:
  std::vector<float> values_;
  std::size_t rows_ = 0, cols_ = 0;
};

/// Inner product of two vectors of equal length. The order of additions is fixed (16 interleaved
/// sums, then pairwise), so the bits are the same on every thread and every x86-64 processor.
float dot(std::span<const float> a, std::span<const float> b);
double dot(std::span<const double> a, std::span<const double> b);

/// Scales a vector to unit L2 length. Returns false, leaving it as it is, when its length is zero
/// or not finite.
bool normalize(std::span<float> vector);

}  // namespace specbridge
