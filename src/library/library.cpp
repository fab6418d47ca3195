#include "library/library.h"

#include <fmt/format.h>

#include <algorithm>
#include <mutex>

#include "base/text.h"
#include "chem/formula.h"
#include "chem/inchi.h"
#include "chem/standard_form.h"
#include "library/layout.h"
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

/// Whether a file holds exactly `count` items; no number, however large, can deceive it.
bool holds(const BlockFile& file, std::uint64_t count, std::uint64_t item_bytes) {
  return item_bytes != 0 && file.size() % item_bytes == 0 && file.size() / item_bytes == count;
}

/// The keys of rows, made of the texts when some rows of a chunk are first asked for: a search
/// compares the same rows again and again, and a text costs more than ten keys. Memory: 16 bytes
/// for each row of the chunks that were touched.
class StructureKeys {
 public:
  explicit StructureKeys(std::size_t rows)
      : rows_(rows), once_(rows / kChunk + 1), chunks_(rows / kChunk + 1) {}

  StructureKey of(std::size_t row, const MoleculeStore& molecules) {
    const std::size_t chunk = row / kChunk;
    std::call_once(once_[chunk], [&] { fill(chunk, molecules); });
    return chunks_[chunk][row % kChunk];
  }

 private:
  static constexpr std::size_t kChunk = 512;

  void fill(std::size_t chunk, const MoleculeStore& molecules) {
    const std::size_t first = chunk * kChunk, count = std::min(kChunk, rows_ - first);
    auto keys = std::make_unique<StructureKey[]>(count);
    for (std::size_t i = 0; i < count; ++i) {
      keys[i] = StructureKey(molecules.text(first + i).inchikey14);
    }
    chunks_[chunk] = std::move(keys);
  }

  std::size_t rows_;
  std::vector<std::once_flag> once_;
  std::vector<std::unique_ptr<StructureKey[]>> chunks_;
};

/// The names of the columns behind those that every library has.
std::vector<std::string> further_columns_of(const Manifest& manifest) {
  const Json& names = manifest.field("further_columns");
  std::vector<std::string> columns;
  for (const auto& name : names.is_array() ? names : Json::array({Json()})) {
    if (!name.is_string()) {
      throw ArtifactError(fmt::format("{}: \"further_columns\" is no list of names",
                                      (manifest.dir() / "manifest.json").string()));
    }
    columns.push_back(name.get<std::string>());
  }
  return columns;
}

}  // namespace

struct Library::Impl {
  Manifest manifest;
  fs::path dir;
  std::size_t rows = 0, dim = 0;
  std::vector<std::string> further_columns;
  std::string encoder_fingerprint, fingerprint;
  BlockFile vectors, masses, offsets, molecules;
  std::optional<Float32Rows> row_store;
  std::unique_ptr<StructureKeys> keys;
  mutable std::once_flag index_once;
  mutable std::unique_ptr<VectorIndex> index;

  explicit Impl(const Manifest& listed)
      : manifest(listed),
        dir(listed.dir()),
        vectors(listed.open_block_file(layout::kVectors)),
        masses(listed.open_block_file(layout::kMasses)),
        offsets(listed.open_block_file(layout::kOffsets)),
        molecules(listed.open_block_file(layout::kMolecules)) {}

  void check_sizes() const {
    if (!holds(vectors, rows, dim * sizeof(float)) || !holds(masses, rows, sizeof(double)) ||
        !holds(offsets, rows + 1, sizeof(std::uint64_t))) {
      throw ArtifactError(
          fmt::format("{}: the files do not hold the {} molecules of {} dimensions that "
                      "its manifest states; build the library again",
                      dir.string(), rows, dim));
    }
  }
  std::span<const double> all_masses() const { return masses.values<double>(0, rows); }
};

Library::Library(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Library::~Library() = default;
Library::Library(Library&&) noexcept = default;

Library Library::open(const fs::path& dir) {
  const Manifest manifest = Manifest::open(dir, "library");
  check_standard_form(manifest, "specbridge index");
  auto impl = std::make_unique<Impl>(manifest);
  impl->rows = manifest.number("rows");
  impl->dim = manifest.number("dim");
  impl->further_columns = further_columns_of(manifest);
  impl->encoder_fingerprint = manifest.text("molecule_encoder_fingerprint");
  impl->fingerprint = sha256_of_file(dir / "manifest.json");
  impl->check_sizes();
  impl->row_store.emplace(impl->vectors, impl->rows, impl->dim);
  impl->keys = std::make_unique<StructureKeys>(impl->rows);
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
  const auto ends = impl_->offsets.values<std::uint64_t>(row, 2);
  std::string_view line = impl_->molecules.bytes(ends[0], ends[1] - ends[0]);
  if (line.ends_with('\n')) line.remove_suffix(1);
  const auto fields = split(line, '\t');
  constexpr std::size_t kFields = 6;  // that every library has
  const bool whole = fields.size() == kFields + impl_->further_columns.size();
  const auto charge = whole ? parse_integer(fields[4]) : std::nullopt;
  if (!charge) {
    throw ArtifactError(fmt::format("{}: row {} is malformed; build the library again",
                                    (impl_->dir / layout::kMolecules).string(), row));
  }
  return {fields[0],
          fields[1],
          fields[2].substr(0, kInchikeyBlock),
          fields[3],
          impl_->masses.values<double>(row, 1)[0],
          static_cast<int>(*charge),
          fields[2],
          fields[5],
          {fields.begin() + kFields, fields.end()}};
}

std::vector<std::string> Library::further_columns() const {
  return impl_->further_columns;
}

StructureKey Library::structure(std::size_t row) const {
  return impl_->keys->of(row, *this);
}

double Library::mass(std::size_t row) const {
  return impl_->masses.values<double>(row, 1)[0];
}

const RowStore& Library::vectors() const noexcept {
  return *impl_->row_store;
}

std::span<const float> Library::vector(std::size_t row) const {
  return impl_->row_store->row(row);
}

RowRange Library::within(double low, double high) const {
  const auto masses = impl_->all_masses();
  const auto first = std::lower_bound(masses.begin(), masses.end(), low);
  const auto last = std::upper_bound(first, masses.end(), high);
  return {static_cast<std::size_t>(first - masses.begin()),
          static_cast<std::size_t>(last - masses.begin())};
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
