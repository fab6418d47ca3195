#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "index/row_store.h"
#include "library/library.h"
#include "library/molecule_store.h"
#include "library/spectra/spectral_library.h"

namespace specbridge {

/// The molecules of a library, and behind them those of a library of spectra.
class JoinedMolecules final : public MoleculeStore {
 public:
  /// Both must outlive the object.
  JoinedMolecules(const Library& library, const SpectralLibrary& spectra)
      : first_(library), second_(spectra.molecules()) {}

  std::size_t rows() const noexcept override { return first_.rows() + second_.rows(); }
  StructureKey structure(std::size_t row) const override;
  double mass(std::size_t row) const override;
  MoleculeText text(std::size_t row) const override;
  std::vector<std::string> further_columns() const override { return first_.further_columns(); }

 private:
  const Library& first_;
  const MoleculeStore& second_;
};

/// Their vectors. Molecules of the library of spectra have some where it was made with the same
/// molecule encoder; else their score is not a number: nothing is known.
class JoinedVectors final : public RowStore {
 public:
  /// Both must outlive the object.
  JoinedVectors(const Library& library, const SpectralLibrary& spectra);

  std::size_t rows() const noexcept override { return first_rows_ + second_rows_; }
  std::size_t dim() const noexcept override { return first_.dim(); }
  void scores(std::span<const float> query, const RowSet& rows,
              std::span<float> scores) const override;
  void scores_of_many(std::span<const ScoreRequest> requests,
                      const RunContext& context) const override;
  void decode(const RowSet& rows, std::span<float> vectors) const override;
  bool knows_all() const noexcept { return second_ != nullptr; }

 private:
  const RowStore& first_;
  const RowStore* second_;  // nullptr: not known
  std::size_t first_rows_, second_rows_;
};

/// Molecules without vectors.
class NoVectors final : public RowStore {
 public:
  explicit NoVectors(std::size_t rows) : rows_(rows) {}
  std::size_t rows() const noexcept override { return rows_; }
  std::size_t dim() const noexcept override { return 0; }
  void scores(std::span<const float> query, const RowSet& rows,
              std::span<float> scores) const override;
  void decode(const RowSet&, std::span<float>) const override {}

 private:
  std::size_t rows_;
};

}  // namespace specbridge
