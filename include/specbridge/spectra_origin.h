#pragma once

namespace specbridge {

/// Where the spectra come from that a model was trained on, as its maker says.
enum class SpectraOrigin {
  not_stated,
  simulated,  ///< computed from structures, not measured
};

}  // namespace specbridge
