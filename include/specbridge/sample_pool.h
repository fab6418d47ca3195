#pragma once

#include <string>
#include <string_view>

namespace specbridge {

/// How the spectra of a sample become one row. With vectors of unit length v of its n spectra:
enum class SamplePool {
  mean,            ///< mean of v [dim]
  mean_deviation,  ///< mean of v, and its standard deviation, side by side [2 dim]
  weighted,        ///< mean of v weighted by ln(1 + sum of the intensities) [dim]
  codebook,        ///< share of the spectra that are nearest each centre of k-means [codes]
  words,           ///< share of the spectra that have each peak and neutral loss, as MEMO counts
  precursors,      ///< share of the spectra of each precursor m/z: the control without peaks
};

/// "mean", "mean-deviation", "weighted", "codebook", "words", "precursors".
std::string to_string(SamplePool pool);
/// The pool of that name. @throws UsageError
SamplePool parse_sample_pool(std::string_view name);

/// Whether it pools vectors of a model.
bool needs_model(SamplePool pool);
/// Whether it counts over a list that is learned from samples: a codebook.
bool needs_codebook(SamplePool pool);

}  // namespace specbridge
