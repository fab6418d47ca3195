#include "library/stored_molecules.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

#include "base/text.h"
#include "chem/formulas/formula.h"
#include "chem/inchi.h"
#include "library/layout.h"
#include "library/molecule_library.h"
#include "specbridge/error.h"
#include "store/block_file.h"
#include "store/encoded/packed_lines.h"
#include "store/file.h"

namespace specbridge {
namespace {

constexpr std::size_t kKeyBytes = 2 * sizeof(std::uint64_t);

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

struct StoredMolecules::Impl {
  std::filesystem::path dir;
  std::size_t rows;
  std::vector<std::string> further_columns;
  BlockFile masses, keys, formulas;
  PackedLines molecules;

  Impl(const Manifest& manifest, std::size_t count)
      : dir(manifest.dir()),
        rows(count),
        further_columns(further_columns_of(manifest)),
        masses(manifest.open_block_file(layout::kMasses)),
        keys(manifest.open_block_file(layout::kKeys)),
        formulas(manifest.open_block_file(layout::kFormulas)),
        molecules(manifest.open_block_file(layout::kMolecules), count) {
    const bool whole = holds(masses, rows, sizeof(double)) && holds(keys, rows, kKeyBytes) &&
                       holds(formulas, rows, sizeof(std::uint64_t));
    if (!whole) {
      throw ArtifactError(
          fmt::format("{}: the files do not hold the {} molecules that its manifest states; build "
                      "it again",
                      dir.string(), rows));
    }
  }
};

StoredMolecules::StoredMolecules(const Manifest& manifest, std::size_t rows)
    : impl_(std::make_unique<Impl>(manifest, rows)) {}
StoredMolecules::~StoredMolecules() = default;
StoredMolecules::StoredMolecules(StoredMolecules&&) noexcept = default;

std::size_t StoredMolecules::rows() const noexcept {
  return impl_->rows;
}

MoleculeText StoredMolecules::text(std::size_t row) const {
  auto line = impl_->molecules.line(row);
  const auto fields = split(line.text, '\t');
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
          {fields.begin() + kFields, fields.end()},
          std::move(line.keeper)};
}

std::vector<std::string> StoredMolecules::further_columns() const {
  return impl_->further_columns;
}

StructureKey StoredMolecules::structure(std::size_t row) const {
  const auto words = impl_->keys.values<std::uint64_t>(2 * row, 2);
  return StructureKey(std::array{words[0], words[1]});
}

double StoredMolecules::mass(std::size_t row) const {
  return impl_->masses.values<double>(row, 1)[0];
}

RowRange StoredMolecules::within(double low, double high) const {
  const auto masses = impl_->masses.values<double>(0, impl_->rows);
  const auto first = std::lower_bound(masses.begin(), masses.end(), low);
  const auto last = std::upper_bound(first, masses.end(), high);
  return {static_cast<std::size_t>(first - masses.begin()),
          static_cast<std::size_t>(last - masses.begin())};
}

std::vector<std::size_t> StoredMolecules::with_formula(const std::string& hill) const {
  const auto mass = formula_mass(hill);
  if (!mass) return {};
  const RowRange range = within(*mass - kFormulaWindowDa, *mass + kFormulaWindowDa);
  const auto hashes = impl_->formulas.values<std::uint64_t>(range.first, range.size());
  const std::uint64_t wanted = formula_hash(hill);
  std::vector<std::size_t> rows;
  for (std::size_t i = 0; i < hashes.size(); ++i) {
    const std::size_t row = range.first + i;
    if (hashes[i] == wanted && hill_formula(text(row).formula) == hill) rows.push_back(row);
  }
  return rows;
}

std::optional<std::size_t> StoredMolecules::find(const Molecule& molecule) const {
  return row_with_smiles(*this, within(molecule.exact_mass(), molecule.exact_mass()),
                         molecule.smiles());
}

std::uint64_t formula_hash(const std::string& formula) {
  const auto hill = hill_formula(formula);
  return hill ? xxhash64(*hill) : 0;
}

/// Whether a file holds exactly `count` items; no number, however large, can deceive it.
bool holds(const BlockFile& file, std::uint64_t count, std::uint64_t item_bytes) {
  return item_bytes != 0 && file.size() % item_bytes == 0 && file.size() / item_bytes == count;
}

}  // namespace specbridge
