#include "library/build/molecule_files.h"

#include <fmt/format.h>

#include <stdexcept>
#include <string>
#include <utility>

#include "base/text.h"
#include "library/layout.h"
#include "library/stored_molecules.h"
#include "ranking/structures.h"
#include "store/block_file.h"
#include "store/encoded/packed_lines.h"

namespace specbridge {
namespace {

constexpr std::size_t kMaxLabel = 256;  // characters of an id, a name, a further value

}  // namespace

struct MoleculeFilesWriter::Impl {
  BlockWriter masses, keys, formulas;
  PackedLinesWriter molecules;
  std::size_t rows = 0;
  double first_mass = -1, last_mass = -1;
  std::string last_smiles;

  explicit Impl(const std::filesystem::path& dir)
      : masses(dir / layout::kMasses),
        keys(dir / layout::kKeys),
        formulas(dir / layout::kFormulas),
        molecules(dir / layout::kMolecules) {}
};

MoleculeFilesWriter::MoleculeFilesWriter(const std::filesystem::path& dir)
    : impl_(std::make_unique<Impl>(dir)) {}
MoleculeFilesWriter::~MoleculeFilesWriter() = default;
MoleculeFilesWriter::MoleculeFilesWriter(MoleculeFilesWriter&&) noexcept = default;

void MoleculeFilesWriter::add(const MoleculeLabels& labels, const Molecule& molecule) {
  const double mass = molecule.exact_mass();
  const bool behind = mass > impl_->last_mass ||
                      (mass == impl_->last_mass && molecule.smiles() > impl_->last_smiles);
  if (!behind) throw std::logic_error("library rows out of order");
  if (impl_->rows == 0) impl_->first_mass = mass;
  impl_->last_mass = mass;
  impl_->last_smiles = molecule.smiles();
  impl_->masses.write_values(std::span(&mass, 1));
  const auto key = StructureKey(molecule.inchikey14()).words();
  impl_->keys.write_values(std::span<const std::uint64_t>(key));
  const std::uint64_t formula = formula_hash(molecule.formula());
  impl_->formulas.write_values(std::span(&formula, 1));
  std::string line = fmt::format("{}\t{}\t{}\t{}\t{}\t{}", one_line(labels.id, kMaxLabel),
                                 molecule.smiles(), molecule.inchikey(), molecule.formula(),
                                 molecule.charge(), one_line(labels.name, kMaxLabel));
  for (const auto& value : labels.further) line += "\t" + one_line(value, kMaxLabel);
  impl_->molecules.add(line);
  ++impl_->rows;
}

std::size_t MoleculeFilesWriter::rows() const noexcept {
  return impl_->rows;
}

double MoleculeFilesWriter::lowest_mass() const noexcept {
  return impl_->first_mass;
}
double MoleculeFilesWriter::highest_mass() const noexcept {
  return impl_->last_mass;
}

void MoleculeFilesWriter::finish() {
  for (BlockWriter* file : {&impl_->masses, &impl_->keys, &impl_->formulas}) file->finish();
  impl_->molecules.finish();
}

}  // namespace specbridge
