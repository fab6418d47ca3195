#include "library/build/merged_shards.h"

#include <algorithm>
#include <queue>
#include <string>
#include <vector>

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
  const MoleculeText& text() const noexcept { return text_; }
  void advance() {
    ++row_;
    settle();
  }
  bool before(const ShardCursor& other) const {
    if (text_.exact_mass != other.text_.exact_mass) {
      return text_.exact_mass < other.text_.exact_mass;
    }
    const int order = text_.smiles.compare(other.text_.smiles);
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

struct LaterShard {
  bool operator()(const ShardCursor* a, const ShardCursor* b) const { return b->before(*a); }
};

}  // namespace

struct MergedShards::Impl {
  std::vector<std::unique_ptr<ShardCursor>> cursors;
  std::priority_queue<ShardCursor*, std::vector<ShardCursor*>, LaterShard> waiting;
  double last_mass = -1;
  std::string last_smiles;
  std::size_t read = 0, duplicates = 0;
  ShardCursor* given = nullptr;  // whose row the last call gave

  void pass(ShardCursor& cursor) {
    waiting.pop();
    ++read;
    cursor.advance();
    if (!cursor.done()) waiting.push(&cursor);
  }
  ShardCursor* next_distinct() {
    if (given != nullptr) pass(*std::exchange(given, nullptr));
    while (!waiting.empty()) {
      const MoleculeText& text = waiting.top()->text();
      if (text.exact_mass != last_mass || text.smiles != last_smiles) break;
      ++duplicates;
      pass(*waiting.top());
    }
    if (waiting.empty()) return nullptr;
    last_mass = waiting.top()->text().exact_mass;
    last_smiles = waiting.top()->text().smiles;
    return given = waiting.top();
  }
};

MergedShards::MergedShards(std::span<const Library> libraries) : impl_(std::make_unique<Impl>()) {
  for (const Library& library : libraries) {
    std::size_t first = 0;
    for (const auto& shard : library.shards()) {
      auto& cursors = impl_->cursors;
      cursors.push_back(std::make_unique<ShardCursor>(shard, library, first, cursors.size()));
      if (!cursors.back()->done()) impl_->waiting.push(cursors.back().get());
      first += shard.rows();
    }
  }
}

MergedShards::~MergedShards() = default;

std::optional<MergedRow> MergedShards::next() {
  const ShardCursor* cursor = impl_->next_distinct();
  if (cursor == nullptr) return {};
  return cursor->merged_row();
}

void MergedShards::skip(std::size_t count) {
  while (count > 0 && impl_->next_distinct() != nullptr) --count;
}

std::size_t MergedShards::duplicates() const noexcept {
  return impl_->duplicates;
}
std::size_t MergedShards::read() const noexcept {
  return impl_->read;
}

}  // namespace specbridge
