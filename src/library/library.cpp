#include "library/library.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <limits>

#include "base/parallel.h"
#include "chem/standard_form.h"
#include "library/layout.h"
#include "library/shard.h"
#include "library/sharded_rows.h"
#include "specbridge/error.h"
#include "store/block_file.h"
#include "store/file.h"
#include "store/manifest.h"

namespace specbridge {
namespace fs = std::filesystem;
namespace {

/// Of more rows than are wanted, those with the highest scores. @return the lowest of as many
std::optional<float> keep_best(std::vector<Neighbor>& rows, std::size_t wanted) {
  if (rows.size() < wanted || wanted == 0) return {};
  std::ranges::nth_element(rows, rows.begin() + static_cast<std::ptrdiff_t>(wanted - 1),
                           [](const Neighbor& a, const Neighbor& b) {
                             return a.score != b.score ? a.score > b.score : a.row < b.row;
                           });
  rows.resize(wanted);
  return rows.back().score;
}

/// What is in one library directory.
struct Contents {
  Manifest manifest;
  std::vector<LibraryShard> shards;
  std::vector<std::size_t> removed;
};

[[noreturn]] void does_not_fit(const Manifest& manifest) {
  throw ArtifactError(
      fmt::format("{}: its shards are not those that its manifest states; build the library again",
                  manifest.dir().string()));
}

std::vector<LibraryShard> open_shards(const Manifest& manifest) {
  std::vector<LibraryShard> shards;
  std::size_t rows = 0;
  if (!manifest.json().contains("shards")) {
    throw ArtifactError(
        fmt::format("{}: has no shards; it was made by an older specbridge, build it again with "
                    "specbridge index",
                    manifest.dir().string()));
  }
  for (const auto& entry : manifest.field("shards")) {
    const auto folder = entry.is_object() ? entry.value("folder", "") : "";
    if (folder.empty()) does_not_fit(manifest);
    manifest.files_of_part(folder);  // the shard is the one that was listed
    shards.push_back(LibraryShard::open(manifest.dir() / folder));
    rows += shards.back().rows();
    const bool fits = shards.back().dim() == manifest.number("dim") &&
                      shards.back().molecule_encoder_fingerprint() ==
                          manifest.text("molecule_encoder_fingerprint");
    if (!fits) does_not_fit(manifest);
  }
  if (rows != manifest.number("rows")) does_not_fit(manifest);
  return shards;
}

std::vector<std::size_t> read_removed(const Manifest& manifest) {
  const std::size_t count = manifest.number("removed");
  if (count == 0) return {};
  const BlockFile file = manifest.open_block_file(layout::kRemoved);
  if (!holds(file, count, sizeof(std::uint64_t))) does_not_fit(manifest);
  const auto rows = file.values<std::uint64_t>(0, count);
  return {rows.begin(), rows.end()};
}

Contents contents_of(const fs::path& dir) {
  Manifest manifest = Manifest::open(dir, "library");
  check_standard_form(manifest, "specbridge index");
  auto shards = open_shards(manifest);
  auto removed = read_removed(manifest);
  return {std::move(manifest), std::move(shards), std::move(removed)};
}

/// @throws ArtifactError unless two libraries can be searched together
void check_together(const Manifest& first, const Manifest& other) {
  for (const char* key : {"molecule_encoder_fingerprint", "dim", "further_columns"}) {
    if (first.field(key) == other.field(key)) continue;
    throw ArtifactError(fmt::format(
        "{}: its {} is {}, that of {} is {}; libraries that are searched together are made with "
        "one molecule encoder and the same --keep",
        other.dir().string(), key, other.field(key).dump(), first.dir().string(),
        first.field(key).dump()));
  }
}

/// A range without some of its rows.
/// @param gone ascending
void append_without(RowRange range, const std::vector<std::size_t>& gone,
                    std::vector<RowRange>& ranges) {
  for (auto row = std::ranges::lower_bound(gone, range.first);
       row != gone.end() && *row < range.last; ++row) {
    if (*row > range.first) ranges.push_back({range.first, *row});
    range.first = *row + 1;
  }
  if (range.size() > 0) ranges.push_back(range);
}

std::vector<std::size_t> counts_of(const std::vector<LibraryShard>& shards) {
  std::vector<std::size_t> counts;
  for (const auto& shard : shards) counts.push_back(shard.rows());
  return counts;
}

std::vector<const RowStore*> stores_of(const std::vector<LibraryShard>& shards) {
  std::vector<const RowStore*> stores;
  for (const auto& shard : shards) stores.push_back(&shard.vectors());
  return stores;
}

/// Whether the rows of a shard come behind those of the one before.
bool follows(const LibraryShard& shard, const LibraryShard& before) {
  if (shard.lowest_mass() != before.highest_mass()) {
    return shard.lowest_mass() > before.highest_mass();
  }
  return before.molecules().text(before.rows() - 1).smiles < shard.molecules().text(0).smiles;
}

bool follow_each_other(const std::vector<LibraryShard>& shards) {
  const LibraryShard* last = nullptr;
  for (const auto& shard : shards) {
    if (shard.rows() == 0) continue;
    if (last != nullptr && !follows(shard, *last)) return false;
    last = &shard;
  }
  return true;
}

}  // namespace

struct Library::Impl {
  std::vector<LibraryShard> shards;
  std::vector<std::size_t> removed;
  std::size_t dim;
  std::string encoder_fingerprint, fingerprint;
  RowPlaces places;
  ShardedRows rows;
  std::vector<std::string> further_columns;
  bool in_order;

  Impl(std::vector<LibraryShard> opened, const Manifest& manifest)
      : shards(std::move(opened)),
        dim(manifest.number("dim")),
        encoder_fingerprint(manifest.text("molecule_encoder_fingerprint")),
        places(counts_of(shards)),
        rows(stores_of(shards), places, dim),
        in_order(follow_each_other(shards)) {
    if (!shards.empty()) further_columns = shards.front().molecules().further_columns();
  }

  bool is_gone(std::size_t row) const { return std::ranges::binary_search(removed, row); }
};

Library::Library(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Library::~Library() = default;
Library::Library(Library&&) noexcept = default;

Library Library::open(const fs::path& dir) {
  return open(std::span(&dir, 1));
}

Library Library::open(std::span<const fs::path> dirs) {
  std::vector<LibraryShard> shards;
  std::vector<std::size_t> removed;
  std::vector<Manifest> manifests;
  std::string fingerprints;
  std::size_t rows = 0;
  for (const auto& dir : dirs) {
    Contents contents = contents_of(dir);
    manifests.push_back(contents.manifest);
    check_together(manifests.front(), manifests.back());
    for (const std::size_t row : contents.removed) removed.push_back(rows + row);
    for (auto& shard : contents.shards) {
      rows += shard.rows();
      shards.push_back(std::move(shard));
    }
    fingerprints += sha256_of_file(dir / "manifest.json");
  }
  auto impl = std::make_unique<Impl>(std::move(shards), manifests.front());
  impl->removed = std::move(removed);
  impl->fingerprint = dirs.size() == 1 ? fingerprints : sha256(fingerprints);
  return Library(std::move(impl));
}

std::size_t Library::rows() const noexcept {
  return impl_->places.rows();
}
std::size_t Library::molecules() const noexcept {
  return rows() - impl_->removed.size();
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
std::span<const LibraryShard> Library::shards() const noexcept {
  return impl_->shards;
}
const std::vector<std::size_t>& Library::removed() const noexcept {
  return impl_->removed;
}

MoleculeText Library::text(std::size_t row) const {
  const auto [shard, place] = impl_->places.of(row);
  return impl_->shards[shard].molecules().text(place);
}

std::vector<std::string> Library::further_columns() const {
  return impl_->further_columns;
}

StructureKey Library::structure(std::size_t row) const {
  const auto [shard, place] = impl_->places.of(row);
  return impl_->shards[shard].molecules().structure(place);
}

double Library::mass(std::size_t row) const {
  const auto [shard, place] = impl_->places.of(row);
  return impl_->shards[shard].molecules().mass(place);
}

bool Library::numbered_in_order() const noexcept {
  return impl_->in_order;
}

bool Library::before(std::size_t a, std::size_t b) const {
  if (impl_->places.of(a).first == impl_->places.of(b).first) return a < b;
  const double mass_a = mass(a), mass_b = mass(b);
  if (mass_a != mass_b) return mass_a < mass_b;
  const int order = text(a).smiles.compare(text(b).smiles);
  return order != 0 ? order < 0 : a < b;
}

const RowStore& Library::vectors() const noexcept {
  if (impl_->shards.size() == 1) return impl_->shards.front().vectors();
  return impl_->rows;
}

bool Library::has_encoded_vectors() const noexcept {
  return std::ranges::all_of(impl_->shards, [](const LibraryShard& shard) {
    return shard.vectors().type() == RowType::f32;
  });
}

std::vector<RowRange> Library::within(double low, double high) const {
  std::vector<RowRange> ranges;
  for (std::size_t i = 0; i < impl_->shards.size(); ++i) {
    const LibraryShard& shard = impl_->shards[i];
    if (high < shard.lowest_mass() || low > shard.highest_mass()) continue;
    const RowRange found = shard.molecules().within(low, high);
    const std::size_t start = impl_->places.start(i);
    append_without({start + found.first, start + found.last}, impl_->removed, ranges);
  }
  return ranges;
}

std::vector<std::size_t> Library::with_formula(const std::string& hill) const {
  std::vector<std::size_t> rows;
  for (std::size_t i = 0; i < impl_->shards.size(); ++i) {
    for (const std::size_t row : impl_->shards[i].molecules().with_formula(hill)) {
      if (!impl_->is_gone(impl_->places.start(i) + row)) {
        rows.push_back(impl_->places.start(i) + row);
      }
    }
  }
  return rows;
}

std::optional<std::size_t> Library::find(const Molecule& molecule) const {
  for (std::size_t i = 0; i < impl_->shards.size(); ++i) {
    const auto row = impl_->shards[i].molecules().find(molecule);
    if (row && !impl_->is_gone(impl_->places.start(i) + *row)) return impl_->places.start(i) + *row;
  }
  return {};
}

std::vector<std::vector<Neighbor>> Library::nearest(MatrixView queries, std::size_t k,
                                                    IndexEffort effort) const {
  constexpr std::size_t kTogether = 256;  // queries whose rows to be scored are held at a time
  std::vector<std::vector<Neighbor>> best;
  for (std::size_t first = 0; first < queries.rows(); first += kTogether) {
    const std::size_t count = std::min(kTogether, queries.rows() - first);
    const std::size_t dim = queries.cols();
    const MatrixView some(queries.values().subspan(first * dim, count * dim), count, dim);
    auto found = found_by_indexes(some, k, effort);
    parallel_for(count, effort.threads, [&](std::size_t i) {
      score_exactly(some.row(i), found[i]);
      std::ranges::sort(found[i], RanksHigher{*this});
      if (found[i].size() > k) found[i].resize(k);
    });
    std::ranges::move(found, std::back_inserter(best));
  }
  return best;
}

std::vector<std::vector<Neighbor>> Library::found_by_indexes(MatrixView queries, std::size_t k,
                                                             IndexEffort effort) const {
  std::size_t wanted = k;
  for (const auto& shard : impl_->shards) {
    wanted = std::max(wanted, shard.index().worth_scoring(k, rows()));
  }
  std::vector<std::vector<Neighbor>> found(queries.rows());
  std::vector<float> least(queries.rows(), -std::numeric_limits<float>::infinity());
  effort.least = least;
  for (std::size_t i = 0; i < impl_->shards.size(); ++i) {
    const std::size_t start = impl_->places.start(i), rows = impl_->shards[i].rows();
    const auto first_gone = std::ranges::lower_bound(impl_->removed, start);
    const auto last_gone = std::ranges::lower_bound(impl_->removed, start + rows);
    const auto gone = static_cast<std::size_t>(last_gone - first_gone);
    const auto here = impl_->shards[i].index().search(queries, wanted + gone, effort);
    for (std::size_t query = 0; query < found.size(); ++query) {
      for (const auto& [row, score] : here[query]) {
        if (!impl_->is_gone(start + row)) found[query].push_back({start + row, score});
      }
      if (const auto lowest = keep_best(found[query], wanted)) least[query] = *lowest;
    }
  }
  return found;
}

void Library::score_exactly(std::span<const float> query, std::vector<Neighbor>& rows) const {
  std::ranges::sort(rows, {}, &Neighbor::row);
  RowSet::Rows numbers;
  for (const auto& neighbor : rows) numbers.push_back(neighbor.row);
  std::vector<float> scores(rows.size());
  vectors().scores(query, RowSet(std::move(numbers)), scores);
  for (std::size_t i = 0; i < rows.size(); ++i) rows[i].score = scores[i];
}

}  // namespace specbridge
