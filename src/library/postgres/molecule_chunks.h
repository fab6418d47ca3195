#pragma once

#include <cstddef>
#include <list>
#include <memory>
#include <mutex>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "ranking/structures.h"
#include "specbridge/molecule_text.h"

namespace specbridge {

/// The molecules of some rows that lie together: `kRows` from a multiple of it on, at the end of
/// the library fewer.
class MoleculeChunk {
 public:
  static constexpr std::size_t kRows = 256;

  /// Keeps a copy of the texts. Molecules come in the order of their rows.
  void add(const MoleculeText& molecule);
  std::size_t size() const noexcept { return molecules_.size(); }
  const MoleculeText& molecule(std::size_t place) const { return molecules_[place]; }
  const StructureKey& structure(std::size_t place) const { return structures_[place]; }
  std::size_t bytes() const noexcept;

 private:
  std::list<std::string> texts_;  // of each molecule, one behind the other
  std::vector<MoleculeText> molecules_;
  std::vector<StructureKey> structures_;
  std::size_t text_bytes_ = 0;
};

/// The chunks that were asked for last, as many as fit. Thread-safe.
class MoleculeChunks {
 public:
  explicit MoleculeChunks(std::size_t most_bytes) : most_bytes_(most_bytes) {}

  /// nullptr: it is not kept.
  std::shared_ptr<const MoleculeChunk> find(std::size_t chunk);
  void keep(std::size_t chunk, std::shared_ptr<const MoleculeChunk> molecules);
  std::size_t most_bytes() const noexcept { return most_bytes_; }

 private:
  using Kept = std::pair<std::size_t, std::shared_ptr<const MoleculeChunk>>;

  std::size_t most_bytes_, bytes_ = 0;
  std::mutex mutex_;
  std::list<Kept> latest_;  // first: asked for last
  std::unordered_map<std::size_t, std::list<Kept>::iterator> places_;
};

}  // namespace specbridge
