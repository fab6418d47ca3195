#pragma once

#include <cstddef>
#include <memory>
#include <string>

#include "index/vector_index.h"
#include "store/block_file.h"

namespace specbridge {

/// The version of FAISS, "1.7.3".
std::string faiss_version();
/// What it was compiled for, "OPTIMIZE AVX2".
std::string faiss_build();

/// An empty index by FAISS's factory string, e.g. "Flat", "IVF256,SQ8", "IVF256,PQ96x4fs".
/// @throws UsageError when FAISS does not know the string
std::unique_ptr<VectorIndex> make_faiss_index(const std::string& factory, std::size_t dim);

/// Opens a saved index. @throws ArtifactError when it is damaged or has another shape
std::unique_ptr<VectorIndex> load_faiss_index(const BlockFile& file, std::size_t dim,
                                              std::size_t rows);

}  // namespace specbridge
