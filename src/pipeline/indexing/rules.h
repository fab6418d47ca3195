#pragma once

#include <cstddef>
#include <memory>
#include <string>

#include "encode/molecule_encoder.h"
#include "library/build/shard_writer.h"
#include "specbridge/context.h"
#include "specbridge/index.h"

namespace specbridge {

/// The encoder of a build. @throws UsageError unless exactly one is named, ArtifactError
std::unique_ptr<MoleculeEncoder> open_encoder(const IndexConfig& config, const RunContext& context);

/// A string that FAISS does not know fails before the work. @throws UsageError
void check_index(const IndexConfig& config, std::size_t dim);

/// What the shards will have in common: as it is asked for, or as in the library that is added to.
/// @throws UsageError, ArtifactError when molecules cannot be added in this way
ShardRules rules_for(const IndexConfig& config, const MoleculeEncoder& encoder);

/// Whether lists are so long that vectors are kept as float16, unless it is asked for otherwise.
/// @param rows of the lists
bool many_rows(const IndexConfig& config, std::size_t rows);

}  // namespace specbridge
