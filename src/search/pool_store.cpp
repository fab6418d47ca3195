#include "search/pool_store.h"

#include <algorithm>
#include <numeric>
#include <utility>

#include "specbridge/molecule_text.h"

namespace specbridge {
namespace {

constexpr std::size_t kBlockRows = 16384;
constexpr std::size_t kMaxKeptBytes = std::size_t{4} << 30;

/// Some rows of a store in memory.
class RowsInMemory final : public RowStore {
 public:
  /// @param rows ascending; empty: `vectors` holds all rows @param vectors [rows, dim]
  RowsInMemory(std::vector<std::size_t> rows, Matrix vectors, std::size_t of)
      : rows_(std::move(rows)),
        vectors_(std::move(vectors)),
        of_(of),
        has_direction_(vectors_.rows()) {
    for (std::size_t i = 0; i < vectors_.rows(); ++i) {
      has_direction_[i] =
          std::ranges::any_of(std::as_const(vectors_).row(i), [](float x) { return x != 0; });
    }
  }

  std::size_t rows() const noexcept override { return of_; }
  std::size_t dim() const noexcept override { return vectors_.cols(); }
  void scores(std::span<const float> query, const RowSet& rows,
              std::span<float> scores) const override {
    check_sizes(*this, query, rows, scores);
    std::size_t place = 0;
    rows.for_each([&](std::size_t row) {
      const std::size_t at = place_of(row);
      scores[place++] = has_direction_[at] ? dot(query, vectors_.row(at)) : kNoVectorScore;
    });
  }
  void decode(const RowSet& rows, std::span<float> vectors) const override {
    auto place = vectors.begin();
    rows.for_each([&](std::size_t row) {
      place = std::ranges::copy(vectors_.row(place_of(row)), place).out;
    });
  }

 private:
  std::size_t place_of(std::size_t row) const {
    if (rows_.empty()) return row;
    return static_cast<std::size_t>(std::ranges::lower_bound(rows_, row) - rows_.begin());
  }

  std::vector<std::size_t> rows_;
  Matrix vectors_;
  std::size_t of_;
  std::vector<bool> has_direction_;
};

std::vector<std::size_t> distinct(const RowSet& rows) {
  std::vector<std::size_t> all;
  all.reserve(rows.size());
  rows.for_each([&](std::size_t row) { all.push_back(row); });
  std::ranges::sort(all);
  all.erase(std::unique(all.begin(), all.end()), all.end());
  return all;
}

}  // namespace

StructureKey PoolMolecules::structure(std::size_t row) const {
  return StructureKey(pools_.molecules()[row].inchikey14());
}

MoleculeText PoolMolecules::text(std::size_t row) const {
  const Molecule& molecule = pools_.molecules()[row];
  return {"",
          molecule.smiles(),
          molecule.inchikey14(),
          molecule.formula(),
          molecule.exact_mass(),
          molecule.charge(),
          molecule.inchikey()};
}

void EncodedPools::scores(std::span<const float> query, const RowSet& rows,
                          std::span<float> scores) const {
  (kept_ ? *kept_ : *at_hand(distinct(rows))).scores(query, rows, scores);
}

void EncodedPools::decode(const RowSet& rows, std::span<float> vectors) const {
  (kept_ ? *kept_ : *at_hand(distinct(rows))).decode(rows, vectors);
}

std::size_t EncodedPools::rows_at_a_time() const noexcept {
  return kept_ ? kAllRows : kBlockRows;
}

std::unique_ptr<RowStore> EncodedPools::at_hand(std::span<const std::size_t> rows) const {
  if (kept_) return nullptr;
  Matrix vectors = vectors_of(rows);
  return std::make_unique<RowsInMemory>(std::vector(rows.begin(), rows.end()), std::move(vectors),
                                        this->rows());
}

void EncodedPools::keep_all(const RunContext& context) {
  if (kept_ || rows() * dim() * sizeof(float) > kMaxKeptBytes) return;
  Matrix all(rows(), dim());
  for (std::size_t first = 0; first < all.rows(); first += kBlockRows) {
    context.check_interrupt();
    std::vector<std::size_t> rows(std::min(kBlockRows, all.rows() - first));
    std::iota(rows.begin(), rows.end(), first);
    const Matrix block = vectors_of(rows);
    std::ranges::copy(block.values(), all.row(first).data());
    context.progress("encoding candidates", first + rows.size(), all.rows());
  }
  kept_ = std::make_unique<RowsInMemory>(std::vector<std::size_t>(), std::move(all), rows());
}

Matrix EncodedPools::vectors_of(std::span<const std::size_t> rows) const {
  Matrix vectors(rows.size(), encoder_.dim());
  std::vector<Molecule> missing;
  std::vector<std::size_t> places;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const Molecule& molecule = pools_.molecules()[rows[i]];
    const auto known = library_ == nullptr ? std::nullopt : library_->find(molecule);
    if (known) {
      library_->vectors().decode(RowSet({RowRange{*known, *known + 1}}), vectors.row(i));
    } else {
      missing.push_back(molecule);
      places.push_back(i);
    }
  }
  const Matrix encoded = encoder_.encode(missing);
  for (std::size_t i = 0; i < places.size(); ++i) {
    std::ranges::copy(encoded.row(i), vectors.row(places[i]).begin());
  }
  return vectors;
}

}  // namespace specbridge
