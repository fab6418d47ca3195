#pragma once

#include <cstddef>
#include <vector>

#include "base/matrix.h"
#include "index/vector_index.h"
#include "library/molecule_library.h"
#include "specbridge/context.h"

namespace specbridge {

/// The best rows of every query among all of a library, by comparing with each: rows are read once
/// for all queries. Equal scores are ordered as MoleculeLibrary::before() says.
/// @param queries [n, library.dim()] @param k at most
std::vector<std::vector<Neighbor>> nearest_exactly(const MoleculeLibrary& library,
                                                   MatrixView queries, std::size_t k,
                                                   const RunContext& context);

}  // namespace specbridge
