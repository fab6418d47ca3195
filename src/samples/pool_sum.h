#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "samples/codebook.h"
#include "specbridge/sample_pool.h"
#include "specbridge/spectrum.h"

namespace specbridge {

/// What rows of a pool are made over.
struct PoolBasis {
  SamplePool pool = SamplePool::mean;
  std::size_t dim = 0;  ///< of the vectors; of pools that need a model
  Codebook codebook = {};

  /// Numbers of a row.
  std::size_t width() const;
};

/// How much a spectrum counts in its sample: 1, or for SamplePool::weighted ln(1 + sum of the
/// intensities), which is above 0 for a spectrum that can be used.
double weight_in_sample(const Spectrum& spectrum, SamplePool pool);

/// The spectra of a sample, summed; they may come in any number, and only the sums are kept. The
/// order of additions is that of the calls.
class PoolSum {
 public:
  explicit PoolSum(const PoolBasis& basis);

  /// @param vector of the spectrum [dim]; empty for pools that need no model
  void add(const Spectrum& spectrum, std::span<const float> vector);
  std::size_t spectra() const noexcept { return spectra_; }
  /// The row of the sample [width]; at least one spectrum must be there.
  std::vector<float> row() const;

 private:
  const PoolBasis& basis_;
  std::vector<double> sums_, squares_;
  double weights_ = 0;
  std::size_t spectra_ = 0;
};

/// A linear score of rows, and the row that it is measured from.
struct RowScore {
  std::vector<double> weights, origin;  ///< [width]
};

/// What a spectrum brings to the score of its sample, before its weight in the sample: the mean of
/// it over the spectra of the sample, by weight_in_sample(), is weights . (row - origin). A
/// standard deviation is no mean; a spectrum's part in it is (d^2 + s^2) / 2s, d its distance from
/// the mean of the sample and s the deviation, whose mean is s.
/// @param row of the sample [width]
double part_in_score(const PoolBasis& basis, const Spectrum& spectrum,
                     std::span<const float> vector, std::span<const float> row,
                     const RowScore& score);

}  // namespace specbridge
