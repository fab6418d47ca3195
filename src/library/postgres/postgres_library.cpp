#include "library/postgres/postgres_library.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <mutex>
#include <stdexcept>
#include <utility>

#include "base/text.h"
#include "chem/formulas/formula.h"
#include "chem/standard_form.h"
#include "library/postgres/catalogue.h"
#include "library/postgres/catalogue_reader.h"
#include "library/postgres/fetched_rows.h"
#include "library/postgres/molecule_chunks.h"
#include "specbridge/error.h"

namespace specbridge {
namespace {

constexpr std::size_t kBlockBytes = std::size_t{128} << 20;  // of vectors that are fetched together
constexpr std::size_t kTextBytes = std::size_t{256} << 20;   // of molecules that are kept
constexpr std::size_t kTypicalMolecule = 600;                // bytes of a molecule that is kept

std::size_t block_rows(std::size_t dim) {
  return std::max<std::size_t>(kBlockBytes / std::max<std::size_t>(2 * dim, 1), 1);
}

std::vector<std::size_t> distinct_rows(const std::vector<RowRange>& ranges) {
  std::vector<std::size_t> rows;
  for (const auto& range : ranges) {
    for (std::size_t row = range.first; row < range.last; ++row) rows.push_back(row);
  }
  std::ranges::sort(rows);
  rows.erase(std::unique(rows.begin(), rows.end()), rows.end());
  return rows;
}

/// The chunks of some ascending rows.
std::vector<std::size_t> chunks_of(std::span<const std::size_t> rows) {
  std::vector<std::size_t> chunks;
  for (const std::size_t row : rows) {
    const std::size_t chunk = row / MoleculeChunk::kRows;
    if (chunks.empty() || chunks.back() != chunk) chunks.push_back(chunk);
  }
  return chunks;
}

}  // namespace

struct PostgresLibrary::Impl {
  CatalogueReader catalogue;
  mutable MoleculeChunks chunks{kTextBytes};

  explicit Impl(const DatabaseAddress& address) : catalogue(address) {}

  const CatalogueFacts& facts() const { return catalogue.facts(); }

  RowRange rows_of(std::size_t chunk) const {
    const std::size_t first = chunk * MoleculeChunk::kRows;
    return {first, std::min(first + MoleculeChunk::kRows, facts().rows)};
  }

  /// Fetches chunks and keeps them. @param wanted ascending
  std::map<std::size_t, std::shared_ptr<MoleculeChunk>> fetch(
      const std::vector<std::size_t>& wanted) const {
    std::map<std::size_t, std::shared_ptr<MoleculeChunk>> fetched;
    std::vector<RowRange> ranges;
    for (const std::size_t chunk : wanted) {
      ranges.push_back(rows_of(chunk));
      fetched[chunk] = std::make_shared<MoleculeChunk>();
    }
    catalogue.molecules(ranges, [&](std::size_t row, const MoleculeText& molecule) {
      MoleculeChunk& chunk = *fetched.at(row / MoleculeChunk::kRows);
      const std::size_t expected = row / MoleculeChunk::kRows * MoleculeChunk::kRows + chunk.size();
      if (row != expected) throw catalogue.missing(expected);
      chunk.add(molecule);
    });
    for (const auto& [number, chunk] : fetched) {
      const RowRange rows = rows_of(number);
      if (chunk->size() != rows.size()) throw catalogue.missing(rows.first + chunk->size());
      chunks.keep(number, chunk);
    }
    return fetched;
  }

  std::shared_ptr<const MoleculeChunk> chunk_with(std::size_t row) const {
    if (row >= facts().rows) throw std::logic_error("a row behind the end of the library");
    const std::size_t number = row / MoleculeChunk::kRows;
    if (auto kept = chunks.find(number)) return kept;
    return fetch({number}).at(number);
  }

  /// Fetches the molecules of rows that are not kept, if they are few enough to be kept.
  void make_ready(std::span<const std::size_t> rows) const {
    std::vector<std::size_t> wanted = chunks_of(rows);
    if (wanted.size() * MoleculeChunk::kRows * kTypicalMolecule > kTextBytes) return;
    std::erase_if(wanted, [&](std::size_t chunk) { return chunks.find(chunk) != nullptr; });
    if (!wanted.empty()) fetch(wanted);
  }

  std::unique_ptr<FetchedRows> vectors(std::vector<std::size_t> rows) const {
    auto fetched = std::make_unique<FetchedRows>(rows, RowSize{facts().rows, facts().dim});
    std::vector<bool> there(rows.size());
    catalogue.vectors(rows, [&](std::size_t index) {
      there[index] = true;
      return fetched->place_of(rows[index]);
    });
    const auto missing = std::ranges::find(there, false);
    if (missing != there.end()) {
      throw catalogue.missing(rows[static_cast<std::size_t>(missing - there.begin())]);
    }
    return fetched;
  }
};

/// The vectors of the library: fetched for a block of queries, or piece by piece for a single one.
class PostgresLibrary::Rows final : public RowStore {
 public:
  explicit Rows(const Impl& impl) : impl_(impl) {}

  std::size_t rows() const noexcept override { return impl_.facts().rows; }
  std::size_t dim() const noexcept override { return impl_.facts().dim; }
  std::size_t rows_at_a_time() const noexcept override { return block_rows(dim()); }

  void scores(std::span<const float> query, const RowSet& rows,
              std::span<float> scores) const override {
    check_sizes(*this, query, rows, scores);
    for_each_piece(rows, [&](const RowStore& piece, const RowSet& of, std::size_t first) {
      piece.scores(query, of, scores.subspan(first, of.size()));
    });
  }

  void decode(const RowSet& rows, std::span<float> vectors) const override {
    for_each_piece(rows, [&](const RowStore& piece, const RowSet& of, std::size_t first) {
      piece.decode(of, vectors.subspan(first * dim(), of.size() * dim()));
    });
  }

  /// Rows that would take too much memory together stay where they are.
  std::unique_ptr<RowStore> at_hand(std::span<const std::size_t> rows) const override {
    if (rows.size() > 2 * rows_at_a_time()) return nullptr;
    impl_.make_ready(rows);
    return impl_.vectors({rows.begin(), rows.end()});
  }

 private:
  /// Calls visit(store, rows, how many came before) for parts of a set that fit into memory.
  template <typename Visit>
  void for_each_piece(const RowSet& rows, Visit&& visit) const {
    const std::size_t most = rows_at_a_time();
    std::vector<RowRange> piece;
    std::size_t size = 0, done = 0;
    const auto flush = [&] {
      if (size == 0) return;
      visit(*impl_.vectors(distinct_rows(piece)), RowSet(piece), done);
      done += size;
      size = 0;
      piece.clear();
    };
    rows.for_each_range([&](RowRange range) {
      while (range.size() > 0) {
        const std::size_t last = std::min(range.last, range.first + most - size);
        piece.push_back({range.first, last});
        size += piece.back().size();
        range.first = last;
        if (size == most) flush();
      }
    });
    flush();
  }

  const Impl& impl_;
};

PostgresLibrary::PostgresLibrary(std::unique_ptr<Impl> impl)
    : impl_(std::move(impl)), rows_(std::make_unique<const Rows>(*impl_)) {}
PostgresLibrary::~PostgresLibrary() = default;
PostgresLibrary::PostgresLibrary(PostgresLibrary&&) noexcept = default;

PostgresLibrary PostgresLibrary::open(const DatabaseAddress& address) {
  return PostgresLibrary(std::make_unique<Impl>(address));
}

std::size_t PostgresLibrary::rows() const noexcept {
  return impl_->facts().rows;
}
std::size_t PostgresLibrary::dim() const noexcept {
  return impl_->facts().dim;
}
const std::string& PostgresLibrary::molecule_encoder_fingerprint() const noexcept {
  return impl_->facts().molecule_encoder_fingerprint;
}
const std::string& PostgresLibrary::fingerprint() const noexcept {
  return impl_->facts().library_fingerprint;
}

StructureKey PostgresLibrary::structure(std::size_t row) const {
  return impl_->chunk_with(row)->structure(row % MoleculeChunk::kRows);
}

double PostgresLibrary::mass(std::size_t row) const {
  return impl_->chunk_with(row)->molecule(row % MoleculeChunk::kRows).exact_mass;
}

MoleculeText PostgresLibrary::text(std::size_t row) const {
  auto chunk = impl_->chunk_with(row);
  MoleculeText text = chunk->molecule(row % MoleculeChunk::kRows);
  text.keeper = std::move(chunk);
  return text;
}

std::vector<std::string> PostgresLibrary::further_columns() const {
  return impl_->facts().further_columns;
}

const RowStore& PostgresLibrary::vectors() const noexcept {
  return *rows_;
}

std::vector<RowRange> PostgresLibrary::within(double low, double high) const {
  const MassWindow window{low, high};
  return within_each(std::span(&window, 1)).front();
}

std::vector<std::vector<RowRange>> PostgresLibrary::within_each(
    std::span<const MassWindow> windows) const {
  return impl_->catalogue.within_each(windows);
}

std::vector<std::size_t> PostgresLibrary::with_formula(const std::string& hill) const {
  const auto mass = formula_mass(hill);
  if (!mass) return {};
  return impl_->catalogue.with_formula(hill, {*mass - kFormulaWindowDa, *mass + kFormulaWindowDa});
}

std::optional<std::size_t> PostgresLibrary::find(const Molecule& molecule) const {
  for (const RowRange& range : within(molecule.exact_mass(), molecule.exact_mass())) {
    if (const auto row = row_with_smiles(*this, range, molecule.smiles())) return row;
  }
  return {};
}

std::vector<std::vector<Neighbor>> PostgresLibrary::nearest(MatrixView, std::size_t,
                                                            IndexEffort) const {
  throw UsageError(
      fmt::format("{}: a library in PostgreSQL has no index over all vectors for an open search; "
                  "search the library directory that it was exported from",
                  impl_->catalogue.shown()));
}

}  // namespace specbridge
