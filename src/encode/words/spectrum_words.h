#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "specbridge/spectrum.h"
#include "specbridge/unit_mass.h"

namespace specbridge {

/// How a spectrum becomes words (Huber et al., PLoS Comput Biol 17, e1008724, 2021): peak@m for
/// every peak and, where there is a precursor m/z, loss@m for what lies between the two. Peaks are
/// cleaned first: those below the noise floor go, then all but the most intense.
struct WordRules {
  std::size_t decimals = 2;  ///< of m/z in the words of tandem mass spectra
  /// How m/z of electron ionisation become whole numbers: such spectra have words without decimals.
  UnitMass unit_mass = UnitMass::round;
  double noise_floor = 0.001;           ///< share of the base peak below which peaks are no words
  std::size_t peaks = 500;              ///< that become words, at most
  double loss_from = 5, loss_to = 200;  ///< Da, of the losses that are words, both included
  double intensity_power = 0.5;         ///< of a peak in the weight of its words
};

/// A word and what it weighs in the mean: (intensity relative to the base peak)^intensity_power.
struct Word {
  std::string text;
  double weight = 0;
};

/// The words of a spectrum, each once: peaks by ascending m/z, then losses likewise. Peaks of one
/// word count as one with their sum. Empty where no peak is left.
std::vector<Word> words_of(const Spectrum& spectrum, const WordRules& rules);

}  // namespace specbridge
