#include "library/shard.h"

#include <fmt/format.h>

#include <limits>
#include <mutex>
#include <optional>

#include "chem/standard_form.h"
#include "index/row_writer.h"
#include "library/layout.h"
#include "specbridge/error.h"
#include "store/block_file.h"
#include "store/manifest.h"

namespace specbridge {
namespace fs = std::filesystem;

RowType row_type_in(const Manifest& manifest) {
  const auto type = find_row_type(manifest.text("row_type"));
  if (type) return *type;
  throw ArtifactError(
      fmt::format("{}: this program knows no rows of type \"{}\"; use a newer specbridge",
                  (manifest.dir() / "manifest.json").string(), manifest.text("row_type")));
}

struct LibraryShard::Impl {
  Manifest manifest;
  std::size_t rows = 0, dim = 0;
  std::string encoder_fingerprint;
  double lowest = std::numeric_limits<double>::infinity(), highest = -lowest;
  StoredMolecules molecules;
  RowType type;
  BlockFile vector_file;
  std::optional<BlockFile> scales;
  std::unique_ptr<StoredRows> vectors;
  mutable std::once_flag index_once;
  mutable std::unique_ptr<VectorIndex> index;

  explicit Impl(const Manifest& listed)
      : manifest(listed),
        rows(listed.number("rows")),
        dim(listed.number("dim")),
        encoder_fingerprint(listed.text("molecule_encoder_fingerprint")),
        molecules(listed, rows),
        type(row_type_in(listed)),
        vector_file(listed.open_block_file(vectors_file_name(type))) {
    if (type == RowType::i8) scales.emplace(listed.open_block_file(kScalesFile));
    const std::size_t row_bytes = dim * bytes_of_number(type);
    const bool whole = holds(vector_file, rows, row_bytes) &&
                       row_bytes / bytes_of_number(type) == dim &&
                       (!scales || holds(*scales, rows, sizeof(float)));
    if (!whole) {
      throw ArtifactError(
          fmt::format("{}: the files do not hold the {} molecules of {} dimensions that "
                      "its manifest states; build the library again",
                      listed.dir().string(), rows, dim));
    }
    vectors = open_rows(type, vector_file, scales ? &*scales : nullptr, rows, dim);
    if (rows == 0) return;
    lowest = mass_in("lowest_mass");
    highest = mass_in("highest_mass");
  }

  double mass_in(const char* key) const {
    const Json& value = manifest.field(key);
    if (value.is_number()) return value.get<double>();
    throw ArtifactError(fmt::format("{}: \"{}\" is no number; build the library again",
                                    (manifest.dir() / "manifest.json").string(), key));
  }
};

LibraryShard::LibraryShard(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
LibraryShard::~LibraryShard() = default;
LibraryShard::LibraryShard(LibraryShard&&) noexcept = default;

LibraryShard LibraryShard::open(const fs::path& dir) {
  const Manifest manifest = Manifest::open(dir, "library-shard");
  check_standard_form(manifest, "specbridge index");
  return LibraryShard(std::make_unique<Impl>(manifest));
}

std::size_t LibraryShard::rows() const noexcept {
  return impl_->rows;
}
std::size_t LibraryShard::dim() const noexcept {
  return impl_->dim;
}
const std::string& LibraryShard::molecule_encoder_fingerprint() const noexcept {
  return impl_->encoder_fingerprint;
}
double LibraryShard::lowest_mass() const noexcept {
  return impl_->lowest;
}
double LibraryShard::highest_mass() const noexcept {
  return impl_->highest;
}
const StoredMolecules& LibraryShard::molecules() const noexcept {
  return impl_->molecules;
}
const StoredRows& LibraryShard::vectors() const noexcept {
  return *impl_->vectors;
}

void LibraryShard::forget_vectors(const RowRange& rows) const noexcept {
  const std::size_t row_bytes = impl_->dim * bytes_of_number(impl_->type);
  impl_->vector_file.forget(rows.first * row_bytes, rows.size() * row_bytes);
}

const VectorIndex& LibraryShard::index() const {
  std::call_once(impl_->index_once, [&] {
    const std::string kind = impl_->manifest.text("open_index");
    impl_->index = load_index(kind, impl_->manifest.open_block_file(index_file_name(kind)),
                              impl_->dim, impl_->rows);
  });
  return *impl_->index;
}

}  // namespace specbridge
