#include "index/vector_index.h"

#include <fmt/format.h>

#include <algorithm>
#include <stdexcept>
#include <utility>

#include "index/faiss_index.h"
#include "index/signs/sign_index.h"

namespace specbridge {

std::optional<float> keep_best(std::vector<Neighbor>& rows, std::size_t wanted) {
  if (rows.size() < wanted || wanted == 0) return {};
  std::ranges::nth_element(rows, rows.begin() + static_cast<std::ptrdiff_t>(wanted - 1),
                           ranks_before);
  rows.resize(wanted);
  return rows.back().score;
}

bool ranks_before(const Neighbor& a, const Neighbor& b) {
  return a.score != b.score ? a.score > b.score : a.row < b.row;
}

void VectorIndex::check_cols(MatrixView rows) const {
  if (rows.cols() == dim()) return;
  throw std::invalid_argument(
      fmt::format("vectors of {} dimensions for an index of {}", rows.cols(), dim()));
}

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
