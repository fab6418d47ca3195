#pragma once

#include <filesystem>
#include <vector>

#include "encode/molecule_encoder.h"
#include "pipeline/vectors/vector_table.h"
#include "specbridge/context.h"

namespace specbridge {

/// Embeds the molecules of lists, some thousands at a time. A vector stands as often as the shape
/// says, divided by the root of that: see Bridge::embed_apart(). Columns: id, index, smiles,
/// inchikey14. @throws InputError when no row is a molecule, Interrupted
void add_molecules(const std::vector<std::filesystem::path>& lists, const MoleculeEncoder& encoder,
                   const VectorShape& shape, const RunContext& context, VectorTable& table);

}  // namespace specbridge
