#pragma once

#include <filesystem>
#include <vector>

#include "ms/preprocess.h"

namespace specbridge {

/// What an encoder of texts learns to tell hidden tokens from.
struct MaskedTokenTraining {
  std::filesystem::path encoder;  ///< that training begins with: one that reads spectra as text
  std::vector<PeakRows> spectra;  ///< cleaned as it wants them
  std::vector<PeakRows> validation = {};
};

}  // namespace specbridge
