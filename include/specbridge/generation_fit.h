#pragma once

#include <cstddef>
#include <optional>
#include <string>

namespace specbridge {

/// How the decoder of a model was trained.
struct GenerationFit {
  std::string decoder;                         ///< its fingerprint
  std::size_t candidates = 0;                  ///< molecules that it is told of at most
  std::size_t language_molecules = 0;          ///< of a library, read without spectra
  std::size_t molecules = 0, spectra = 0;      ///< that it was told of
  std::size_t candidate_molecules = 0;         ///< of these, those in the library: the candidates
  std::size_t steps = 0, best_step = 0;        ///< taken, and whose weights were kept
  double final_loss = 0;                       ///< nats a word, mean of the last steps
  std::optional<double> validation_loss = {};  ///< the same of the weights kept, where validated
};

}  // namespace specbridge
