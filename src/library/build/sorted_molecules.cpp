#include "library/build/sorted_molecules.h"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <optional>
#include <tuple>
#include <utility>
#include <vector>

#include "base/text.h"
#include "specbridge/error.h"
#include "store/mapped_file.h"

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

  fs::path path;
  std::FILE* file = nullptr;
  std::uint64_t written = 0;
  std::vector<Key> keys;
  std::optional<MappedFile> map;

  [[noreturn]] void fail() const {
    throw OutputError(
        fmt::format("{}: cannot be written ({})", path.string(), std::strerror(errno)));
  }
  std::string_view text(const Key& key) const {
    return map->bytes().substr(key.offset, key.length);
  }
  std::string_view smiles(const Key& key) const { return text(key).substr(0, key.smiles_length); }
  void map_file() {
    if (std::fclose(std::exchange(file, nullptr)) != 0) fail();
    if (written > 0) map.emplace(path);
  }
};

SortedMolecules::SortedMolecules(fs::path file) : impl_(std::make_unique<Impl>()) {
  impl_->path = std::move(file);
  impl_->file = std::fopen(impl_->path.c_str(), "wb");
  if (impl_->file == nullptr) impl_->fail();
}

SortedMolecules::~SortedMolecules() {
  if (impl_->file != nullptr) std::fclose(impl_->file);
  std::error_code ignored;
  fs::remove(impl_->path, ignored);
}

void SortedMolecules::add(const MoleculeLabels& labels, const Molecule& molecule) {
  std::string record = fmt::format("{}\t{}\t{}\t{}\t{}\t{}", molecule.smiles(), molecule.inchikey(),
                                   molecule.formula(), molecule.charge(), one_line(labels.id),
                                   one_line(labels.name));
  for (const auto& value : labels.further) record += "\t" + one_line(value);
  if (std::fwrite(record.data(), 1, record.size(), impl_->file) != record.size()) impl_->fail();
  impl_->keys.push_back({molecule.exact_mass(), impl_->written,
                         static_cast<std::uint32_t>(molecule.smiles().size()),
                         static_cast<std::uint32_t>(record.size())});
  impl_->written += record.size();
}

void SortedMolecules::sort() {
  impl_->map_file();
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
