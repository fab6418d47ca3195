#include "library/build/sorted_molecules.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>
#include <vector>

#include "base/text.h"
#include "library/build/spill_file.h"

namespace specbridge {
namespace fs = std::filesystem;

// A record: SMILES, InChIKey, formula, charge, id, name and further values, separated by tabs, none
// of which holds a tab.
struct SortedMolecules::Impl {
  struct Key {
    double mass;
    std::uint64_t offset;  // grows with arrival
    std::uint32_t smiles_length, length;
  };

  SpillFile spill;
  std::vector<Key> keys;

  explicit Impl(fs::path file) : spill(std::move(file)) {}
  std::string_view text(const Key& key) const { return spill.bytes(key.offset, key.length); }
  std::string_view smiles(const Key& key) const { return text(key).substr(0, key.smiles_length); }
};

SortedMolecules::SortedMolecules(fs::path file) : impl_(std::make_unique<Impl>(std::move(file))) {}
SortedMolecules::~SortedMolecules() = default;

void SortedMolecules::add(const MoleculeLabels& labels, const Molecule& molecule) {
  std::string record = fmt::format("{}\t{}\t{}\t{}\t{}\t{}", molecule.smiles(), molecule.inchikey(),
                                   molecule.formula(), molecule.charge(), one_line(labels.id),
                                   one_line(labels.name));
  for (const auto& value : labels.further) record += "\t" + one_line(value);
  impl_->keys.push_back({molecule.exact_mass(), impl_->spill.append(record),
                         static_cast<std::uint32_t>(molecule.smiles().size()),
                         static_cast<std::uint32_t>(record.size())});
}

void SortedMolecules::sort() {
  impl_->spill.turn();
  std::sort(impl_->keys.begin(), impl_->keys.end(), [&](const auto& a, const auto& b) {
    if (a.mass != b.mass) return a.mass < b.mass;
    const int order = impl_->smiles(a).compare(impl_->smiles(b));
    return order != 0 ? order < 0 : a.offset < b.offset;
  });
}

std::size_t SortedMolecules::size() const noexcept {
  return impl_->keys.size();
}

std::string_view SortedMolecules::smiles(std::size_t position) const {
  return impl_->smiles(impl_->keys[position]);
}

double SortedMolecules::mass(std::size_t position) const {
  return impl_->keys[position].mass;
}

SortedMolecules::Item SortedMolecules::item(std::size_t position) const {
  const auto& key = impl_->keys[position];
  const auto fields = split(impl_->text(key), '\t');
  return {{std::string(fields[4]), std::string(fields[5]), {fields.begin() + 6, fields.end()}},
          Molecule::trusted(std::string(fields[0]), std::string(fields[1]), std::string(fields[2]),
                            key.mass, static_cast<int>(parse_integer(fields[3]).value()))};
}

}  // namespace specbridge
