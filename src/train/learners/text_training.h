#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "base/matrix.h"
#include "ms/preprocess.h"

namespace specbridge {

class Communicator;

/// A spectrum whose molecule a decoder learns to write, and what it is told.
struct ToldSpectrum {
  std::string smiles;  ///< canonical
  PeakRows peaks;
  std::vector<float> vector;  ///< as the model sees the spectrum [dim]
  /// Rows of TextTraining::candidates, the nearest first: of all that may be candidates, and of
  /// those that are not its own structure.
  std::vector<std::uint32_t> nearest, nearest_others;
};

/// What a decoder is trained on. All texts can be written with its words.
struct TextTraining {
  std::filesystem::path decoder;      ///< that training begins with
  std::vector<std::string> language;  ///< molecules of the first stage, canonical SMILES
  std::vector<ToldSpectrum> spectra;  ///< of the second stage
  std::vector<double> weights = {};   ///< by which these are drawn, sum 1; empty: alike
  std::vector<ToldSpectrum> validation = {};
  Matrix candidates;  ///< vectors of the molecules that may be candidates [any number, dim]
  /// Who trains the same together, each with all of this but the validation, which rank 0 alone
  /// has; nullptr: this process alone.
  Communicator* ranks = nullptr;
};

}  // namespace specbridge
