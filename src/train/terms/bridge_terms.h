#pragma once

#include <cstdint>

#include "train/objective.h"

namespace specbridge {

/// Mean squared distance of the unit vectors to those of their molecules, 2 - 2 cos.
Term distance_term(double weight);

/// Cross-entropy of the softmax of cosine / temperature over all training molecules.
Term contrastive_term(double weight, double temperature);

/// Symmetric InfoNCE within a batch: the mean of the cross-entropy of each spectrum's molecule
/// among those of the batch and of each molecule's spectrum among those of the batch, by cosine /
/// temperature. Other spectra of the same molecule are no negatives. The temperature trains along,
/// from `temperature` on, never below 1e-6. Source: van den Oord et al., "Representation learning
/// with contrastive predictive coding", 2018; symmetric and with a learned temperature as Radford
/// et al., "Learning transferable visual models from natural language supervision", 2021.
Term infonce_term(double weight, double temperature, const c10::Device& device);

/// Whether a temperature is trained.
enum class Temperature : std::uint8_t { trains, stays };

/// InfoNCE whose two ways have negatives of their own: the mean of the cross-entropy of each
/// spectrum's molecule among those of the batch, where the same molecule again is no negative, and
/// of each molecule's spectrum among copies of that spectrum with other intensities
/// (BatchView::copies), by cosine / temperature, never below 1e-6. Source: stage one of Zhang et
/// al., "GLMR", AAAI 2026, of which no code is public; the law by which intensities differ is ours.
Term infonce_dual_term(double weight, double temperature, Temperature rule,
                       const c10::Device& device);

/// Cross-entropy of the softmax of cosine / temperature over a spectrum's molecule and its decoys
/// (BatchView::decoys); 0 for a molecule without any.
Term decoy_term(double weight, double temperature);

}  // namespace specbridge
