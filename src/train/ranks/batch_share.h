#pragma once

#include <ATen/core/Tensor.h>

#include <cstddef>
#include <optional>

#include "train/objective.h"
#include "train/parameters.h"
#include "train/ranks/communicator.h"

namespace specbridge {

/// The rows of a batch that are this process's; nothing: all of them.
std::optional<Share> share_of(std::size_t batch, const Communicator& ranks);

/// The vectors of a whole batch [batch, ...], of which the own rows carry gradients. Those of the
/// others are 0 where no term sees the batch.
/// @param own of the share [share, ...]
at::Tensor gathered(const at::Tensor& own, const Share& share, std::size_t batch,
                    const Objective& objective, Communicator& ranks);

/// Adds up what the processes have differentiated: gradients and figures become those of the whole
/// batch. A temperature, whose gradient each has in full, counts once.
/// @param interrupted this process is to end
/// @return whether any process is
bool join_shares(BatchLoss& loss, const Objective& objective, const FlatParameters& parameters,
                 Communicator& ranks, bool interrupted);

}  // namespace specbridge
