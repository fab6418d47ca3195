#include "library/library.h"

#include <fmt/format.h>

#include <algorithm>
#include <mutex>

#include "base/text.h"
#include "chem/formulas/formula.h"
#include "chem/standard_form.h"
#include "library/layout.h"
#include "library/stored_molecules.h"
#include "specbridge/error.h"
#include "specbridge/molecule_text.h"
#include "store/block_file.h"
#include "store/file.h"
#include "store/manifest.h"

namespace specbridge {
namespace fs = std::filesystem;
namespace {

// Rows of one formula have one mass, up to rounding and the electrons of a charge.
constexpr double kFormulaWindowDa = 0.01;

}  // namespace

struct Library::Impl {
  Manifest manifest;
  fs::path dir;
  std::size_t rows = 0, dim = 0;
  std::string encoder_fingerprint, fingerprint;
  StoredMolecules molecules;
  BlockFile vectors;
  std::optional<Float32Rows> row_store;
  mutable std::once_flag index_once;
  mutable std::unique_ptr<VectorIndex> index;

  explicit Impl(const Manifest& listed)
      : manifest(listed),
        dir(listed.dir()),
        rows(listed.number("rows")),
        dim(listed.number("dim")),
        molecules(listed, rows),
        vectors(listed.open_block_file(layout::kVectors)) {
    if (!holds(vectors, rows, dim * sizeof(float))) {
      throw ArtifactError(
          fmt::format("{}: the files do not hold the {} molecules of {} dimensions that "
                      "its manifest states; build the library again",
                      dir.string(), rows, dim));
    }
  }
};

Library::Library(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Library::~Library() = default;
Library::Library(Library&&) noexcept = default;

Library Library::open(const fs::path& dir) {
  const Manifest manifest = Manifest::open(dir, "library");
  check_standard_form(manifest, "specbridge index");
  auto impl = std::make_unique<Impl>(manifest);
  impl->encoder_fingerprint = manifest.text("molecule_encoder_fingerprint");
  impl->fingerprint = sha256_of_file(dir / "manifest.json");
  impl->row_store.emplace(impl->vectors, impl->rows, impl->dim);
  return Library(std::move(impl));
}

std::size_t Library::rows() const noexcept {
  return impl_->rows;
}
std::size_t Library::dim() const noexcept {
  return impl_->dim;
}
const std::string& Library::molecule_encoder_fingerprint() const noexcept {
  return impl_->encoder_fingerprint;
}
const std::string& Library::fingerprint() const noexcept {
  return impl_->fingerprint;
}

MoleculeText Library::text(std::size_t row) const {
  return impl_->molecules.text(row);
}

std::vector<std::string> Library::further_columns() const {
  return impl_->molecules.further_columns();
}

StructureKey Library::structure(std::size_t row) const {
  return impl_->molecules.structure(row);
}

double Library::mass(std::size_t row) const {
  return impl_->molecules.mass(row);
}

const RowStore& Library::vectors() const noexcept {
  return *impl_->row_store;
}

std::span<const float> Library::vector(std::size_t row) const {
  return impl_->row_store->row(row);
}

RowRange Library::within(double low, double high) const {
  return impl_->molecules.within(low, high);
}

std::vector<std::size_t> Library::with_formula(const std::string& hill) const {
  const auto mass = formula_mass(hill);
  if (!mass) return {};
  std::vector<std::size_t> rows;
  const RowRange range = within(*mass - kFormulaWindowDa, *mass + kFormulaWindowDa);
  for (std::size_t row = range.first; row < range.last; ++row) {
    if (hill_formula(text(row).formula) == hill) rows.push_back(row);
  }
  return rows;
}

std::optional<std::size_t> Library::find(const Molecule& molecule) const {
  RowRange range = within(molecule.exact_mass(), molecule.exact_mass());
  while (range.size() > 0) {
    const std::size_t middle = range.first + range.size() / 2;
    const std::string_view smiles = text(middle).smiles;
    if (smiles == molecule.smiles()) return middle;
    (smiles < molecule.smiles() ? range.first : range.last) =
        smiles < molecule.smiles() ? middle + 1 : middle;
  }
  return {};
}

std::vector<std::vector<Neighbor>> Library::nearest(MatrixView queries, std::size_t k,
                                                    std::size_t effort) const {
  std::call_once(impl_->index_once, [&] {
    impl_->index =
        load_index(impl_->manifest.open_block_file(layout::kIndex), impl_->dim, impl_->rows);
  });
  return impl_->index->search(queries, k, effort);
}

}  // namespace specbridge
