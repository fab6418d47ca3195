#pragma once

#include <cstddef>
#include <filesystem>
#include <vector>

#include "encode/molecule_encoder.h"
#include "library/library.h"
#include "pipeline/indexing/shard_steps.h"
#include "specbridge/context.h"

namespace specbridge {

/// Encodes the molecules of sorted runs, each once, and hands them to the shards, behind those that
/// are there already.
/// @param known molecules that are not needed; nullptr: none
/// @param molecules of all runs, for the progress
/// @return how many of them were repeated
std::size_t encode_runs(const std::vector<std::filesystem::path>& runs,
                        const MoleculeEncoder& encoder, const Library* known,
                        JournalledShards& shards, std::size_t molecules, const RunContext& context);

}  // namespace specbridge
