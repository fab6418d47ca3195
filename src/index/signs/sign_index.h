#pragma once

#include <cstddef>
#include <memory>

#include "index/vector_index.h"
#include "store/block_file.h"

namespace specbridge {

/// An index that looks through all vectors as bits (SignCodes), 4 bytes and one bit a number each:
/// made in no time, and of the memory of a file that is mapped. What it finds should be scored
/// again. Not for other scores than inner products.
std::unique_ptr<VectorIndex> make_sign_index(std::size_t dim);

/// @throws ArtifactError when the file has another shape
std::unique_ptr<VectorIndex> load_sign_index(BlockFile file, std::size_t dim, std::size_t rows);

}  // namespace specbridge
