#pragma once

#include "train/learners/text_training.h"
#include "train/ranks/communicator.h"
#include "train/trainer.h"

namespace specbridge {

/// Gives the other processes the examples, targets and decoys of rank 0, which alone has read and
/// encoded them; validation stays with it.
/// @param input of the others: its encoder, nothing else; it is completed
void share_input(TrainingInput& input, Communicator& ranks);
/// The same of texts and what is told of them.
/// @param input of the others: its decoder, nothing else; it is completed
void share_input(TextTraining& input, Communicator& ranks);

}  // namespace specbridge
