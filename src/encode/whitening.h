#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "base/matrix.h"

namespace specbridge {

/// How the vectors of an encoder are seen.
enum class Seen {
  centred,   ///< less a mean
  whitened,  ///< less a mean, turned to their main directions and scaled to vary alike in each
};

/// x becomes rows * (x - mean), scaled to unit length.
struct Whitening {
  std::vector<float> mean;  ///< [encoder's dim]
  Matrix rows;              ///< [dim, encoder's dim]; none: x - mean

  std::size_t dim() const { return rows.rows() == 0 ? mean.size() : rows.rows(); }
  /// @param vector [mean.size()] @param to [dim()]; zeros where nothing is left
  void apply(std::span<const float> vector, std::span<float> to) const;
};

/// Fitted on vectors. Whitened by principal components: rows are the eigenvectors of the vectors'
/// covariance by the root of their eigenvalues, the largest first; those below a millionth of the
/// largest are left out, so there are fewer than `vectors.cols()` where the vectors do not fill
/// their space. The same bits on any number of threads.
/// @param vectors [n, encoder's dim]; rows of zeros do not count
/// @throws std::invalid_argument for fewer than two vectors that differ
Whitening fit_whitening(MatrixView vectors, Seen seen);

}  // namespace specbridge
