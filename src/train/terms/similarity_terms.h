#pragma once

#include "train/objective.h"

namespace specbridge {

/// Which replicates of a spectrum have to be near to it.
enum class Nearness {
  all,  ///< each: the mean of the logarithms of their shares of the softmax
  any,  ///< at least one: the logarithm of the sum of their shares
};

/// Supervised contrastive loss: for each spectrum that has a replicate in the batch, minus the
/// logarithm of the replicates' share of the softmax of cosine / temperature over all others; the
/// mean over these spectra, 0 without any. Source: Khosla et al., "Supervised contrastive
/// learning", 2020, equation 2 (all), equation 3 without the factor within the logarithm (any).
Term supcon_term(double weight, double temperature, Nearness nearness);

/// Triplet loss among spectra of equal precursor: for each spectrum that has there both a replicate
/// and another molecule, max(0, margin + cosine of the nearest other molecule - cosine of the
/// nearest replicate), since an answer is right when any replicate is nearest; the mean over these
/// spectra, 0 without any. Source: the hardest negative of the batch as in Hermans et al., "In
/// defense of the triplet loss", 2017, the easiest positive as in Xuan et al., "Improved embeddings
/// with easy positive triplet mining", 2020.
/// @param ppm by which equal precursors of one ion mode differ at most
Term triplet_term(double weight, double margin, double ppm);

/// Mean over the pairs of a batch of (cosine - Tanimoto similarity of the molecules)^2, with
/// `targets` the fingerprints of the molecules, numbers 0 and 1.
Term tanimoto_term(double weight);

}  // namespace specbridge
