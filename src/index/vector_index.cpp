#include "index/vector_index.h"

#include <utility>

#include "index/faiss_index.h"
#include "index/signs/sign_index.h"

namespace specbridge {

std::unique_ptr<VectorIndex> make_index(const std::string& kind, std::size_t dim) {
  return kind == kSignIndex ? make_sign_index(dim) : make_faiss_index(kind, dim);
}

std::string index_file_name(const std::string& kind) {
  return kind == kSignIndex ? "index.signs" : "index.faiss";
}

std::unique_ptr<VectorIndex> load_index(const std::string& kind, BlockFile file, std::size_t dim,
                                        std::size_t rows) {
  return kind == kSignIndex ? load_sign_index(std::move(file), dim, rows)
                            : load_faiss_index(file, dim, rows);
}

}  // namespace specbridge
