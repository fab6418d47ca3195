#pragma once

#include <cstddef>
#include <vector>

#include "base/matrix.h"
#include "ms/preprocess.h"
#include "specbridge/training_result.h"

namespace specbridge {

/// Measures a network by the vectors of spectra that it does not train on, while training goes on.
class Validation {
 public:
  virtual ~Validation() = default;
  /// The spectra whose vectors figures() asks for.
  virtual std::vector<PeakRows> inputs() const = 0;
  /// Spectra that are counted.
  virtual std::size_t spectra() const = 0;
  /// Of them those that can be answered rightly.
  virtual std::size_t answerable() const = 0;
  /// @param vectors [inputs().size(), dim]
  virtual ValidationFigures figures(const Matrix& vectors) = 0;
};

}  // namespace specbridge
