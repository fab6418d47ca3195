#pragma once

#include "train/objective.h"

namespace specbridge {

/// Supervised contrastive loss: for each spectrum that has a replicate in the batch, the mean over
/// its replicates of the cross-entropy of the softmax of cosine / temperature over all others; the
/// mean over these spectra, 0 without any. Source: Khosla et al., "Supervised contrastive
/// learning", 2020, equation 2.
Term supcon_term(double weight, double temperature);

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
