#include "library/build/library_writer.h"

#include <fmt/format.h>

#include <algorithm>

#include "chem/standard_form.h"
#include "index/vector_index.h"
#include "library/build/molecule_files.h"
#include "library/layout.h"
#include "specbridge/error.h"
#include "store/block_file.h"
#include "store/manifest.h"

namespace specbridge {
namespace fs = std::filesystem;
namespace {

constexpr std::size_t kAddRows = 8192;  // vectors handed to FAISS at a time

/// Rows spread evenly over the file: masses of all sizes are in the sample.
Matrix evenly_spread(const BlockFile& vectors, std::size_t rows, std::size_t dim,
                     std::size_t wanted) {
  const std::size_t count = std::min(rows, wanted);
  Matrix sample(count, dim);
  for (std::size_t i = 0; i < count; ++i) {
    const auto row = vectors.values<float>(i * rows / count * dim, dim);
    std::copy(row.begin(), row.end(), sample.row(i).begin());
  }
  return sample;
}

std::unique_ptr<VectorIndex> index_over(const fs::path& file, std::size_t rows, std::size_t dim,
                                        const std::string& factory, const RunContext& context) {
  const BlockFile vectors(file);
  auto index = make_index(factory, dim);
  if (index->wanted_sample() > 0) {
    context.info(fmt::format("training the FAISS index {}", factory));
    index->train(evenly_spread(vectors, rows, dim, index->wanted_sample()).view());
  }
  for (std::size_t first = 0; first < rows; first += kAddRows) {
    context.check_interrupt();
    const std::size_t count = std::min(kAddRows, rows - first);
    index->add({vectors.values<float>(first * dim, count * dim), count, dim});
    context.progress("indexing", first + count, rows);
  }
  return index;
}

}  // namespace

struct LibraryWriter::Impl {
  fs::path dir;
  std::size_t dim;
  MoleculeFilesWriter molecules;
  BlockWriter vectors;

  Impl(fs::path folder, std::size_t dimensions)
      : dir(std::move(folder)), dim(dimensions), molecules(dir), vectors(dir / layout::kVectors) {}
};

LibraryWriter::LibraryWriter(fs::path dir, std::size_t dim)
    : impl_(std::make_unique<Impl>(std::move(dir), dim)) {}
LibraryWriter::~LibraryWriter() = default;
LibraryWriter::LibraryWriter(LibraryWriter&&) noexcept = default;

void LibraryWriter::add(const MoleculeLabels& labels, const Molecule& molecule,
                        std::span<const float> vector) {
  if (vector.size() != impl_->dim) throw std::logic_error("a vector of another length");
  impl_->molecules.add(labels, molecule);
  impl_->vectors.write_values(vector);
}

std::size_t LibraryWriter::rows() const noexcept {
  return impl_->molecules.rows();
}

void LibraryWriter::finish(const Origin& origin, const RunContext& context) {
  impl_->molecules.finish();
  impl_->vectors.finish();
  index_over(impl_->dir / layout::kVectors, rows(), impl_->dim, origin.factory, context)
      ->save(impl_->dir / layout::kIndex);
  Manifest manifest = Manifest::make("library");
  Json& json = manifest.json();
  json["rows"] = rows();
  json["dim"] = impl_->dim;
  json["faiss"] = origin.factory;
  json["molecule_encoder_fingerprint"] = origin.molecule_encoder_fingerprint;
  json["molecule_encoder_architecture"] = origin.molecule_encoder_architecture;
  json["chemistry"] = chemistry_version();
  state_standard_form(manifest);
  json["further_columns"] = origin.further_columns;
  json["counts"] = {
      {"read", origin.read}, {"duplicates", origin.duplicates}, {"rejected", origin.rejected}};
  json["inputs"] = Json::array();
  for (const auto& [path, hash] : origin.inputs) {
    json["inputs"].push_back({{"path", path}, {"sha256", hash}});
  }
  manifest.write(impl_->dir);
}

}  // namespace specbridge
