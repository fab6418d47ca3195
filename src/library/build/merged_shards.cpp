#include "library/build/merged_shards.h"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "library/build/distinct_merge.h"
#include "library/shard.h"

namespace specbridge {
namespace {

/// A shard on its way to its end.
class ShardCursor {
 public:
  /// @param first the number of its first row in its library
  ShardCursor(const LibraryShard& shard, const Library& library, std::size_t first,
              std::size_t number)
      : shard_(shard), library_(library), first_(first), number_(number) {
    settle();
  }

  bool done() const noexcept { return row_ == shard_.rows(); }
  double mass() const noexcept { return text_.exact_mass; }
  std::string_view smiles() const noexcept { return text_.smiles; }
  void advance() {
    constexpr std::size_t kForgetRows = 4096;
    ++row_;
    if (row_ % kForgetRows == 0) shard_.forget_vectors({row_ - kForgetRows, row_});
    settle();
  }
  bool before(const ShardCursor& other) const {
    if (mass() != other.mass()) return mass() < other.mass();
    const int order = smiles().compare(other.smiles());
    return order != 0 ? order < 0 : number_ < other.number_;
  }
  MergedRow merged_row() const {
    const StoredRows& rows = shard_.vectors();
    return {{{std::string(text_.id),
              std::string(text_.name),
              {text_.further.begin(), text_.further.end()}},
             Molecule::trusted(std::string(text_.smiles), std::string(text_.inchikey),
                               std::string(text_.formula), text_.exact_mass, text_.charge)},
            {{}, rows.stored(row_), rows.scale(row_)}};
  }

 private:
  void settle() {
    const auto& gone = library_.removed();
    while (!done() && std::ranges::binary_search(gone, first_ + row_)) ++row_;
    if (!done()) text_ = shard_.molecules().text(row_);
  }

  const LibraryShard& shard_;
  const Library& library_;
  std::size_t first_, number_, row_ = 0;
  MoleculeText text_;
};

}  // namespace

struct MergedShards::Impl {
  DistinctMerge<ShardCursor> merge;
};

MergedShards::MergedShards(std::span<const Library> libraries) {
  std::vector<std::unique_ptr<ShardCursor>> cursors;
  for (const Library& library : libraries) {
    std::size_t first = 0;
    for (const auto& shard : library.shards()) {
      cursors.push_back(std::make_unique<ShardCursor>(shard, library, first, cursors.size()));
      first += shard.rows();
    }
  }
  impl_ = std::make_unique<Impl>(Impl{DistinctMerge(std::move(cursors))});
}

MergedShards::~MergedShards() = default;

std::optional<MergedRow> MergedShards::next() {
  const ShardCursor* cursor = impl_->merge.next();
  if (cursor == nullptr) return {};
  return cursor->merged_row();
}

void MergedShards::skip(std::size_t count) {
  impl_->merge.skip(count);
}

std::size_t MergedShards::duplicates() const noexcept {
  return impl_->merge.duplicates();
}
std::size_t MergedShards::read() const noexcept {
  return impl_->merge.read();
}

}  // namespace specbridge
