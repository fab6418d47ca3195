#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "index/row_store.h"
#include "library/molecule_library.h"
#include "library/molecule_store.h"
#include "library/spectra/spectral_library.h"

namespace specbridge {

/// The molecules of a library, and behind them others: those of a library of spectra, or such as a
/// decoder has written.
class JoinedMolecules final : public MoleculeStore {
 public:
  /// Both must outlive the object.
  JoinedMolecules(const MoleculeStore& first, const MoleculeStore& second)
      : first_(first), second_(second) {}

  std::size_t rows() const noexcept override { return first_.rows() + second_.rows(); }
  StructureKey structure(std::size_t row) const override;
  double mass(std::size_t row) const override;
  MoleculeText text(std::size_t row) const override;
  std::vector<std::string> further_columns() const override { return first_.further_columns(); }

 private:
  const MoleculeStore& first_;
  const MoleculeStore& second_;
};

/// Their vectors. Molecules of a library of spectra have some where it was made with the same
/// molecule encoder; else their score is not a number: nothing is known.
class JoinedVectors final : public RowStore {
 public:
  /// Both must outlive the object.
  JoinedVectors(const MoleculeLibrary& library, const SpectralLibrary& spectra);
  JoinedVectors(const RowStore& first, const RowStore& second)
      : first_(first), second_(&second), first_rows_(first.rows()), second_rows_(second.rows()) {}

  std::size_t rows() const noexcept override { return first_rows_ + second_rows_; }
  std::size_t dim() const noexcept override { return first_.dim(); }
  void scores(std::span<const float> query, const RowSet& rows,
              std::span<float> scores) const override;
  void scores_of_many(std::span<const ScoreRequest> requests,
                      const RunContext& context) const override;
  void decode(const RowSet& rows, std::span<float> vectors) const override;
  bool knows_all() const noexcept { return second_ != nullptr; }
  std::size_t rows_at_a_time() const noexcept override { return first_.rows_at_a_time(); }
  std::unique_ptr<RowStore> at_hand(std::span<const std::size_t> rows) const override;

 private:
  JoinedVectors(const JoinedVectors& all, std::unique_ptr<const RowStore> first)
      : held_(std::move(first)),
        first_(*held_),
        second_(all.second_),
        first_rows_(all.first_rows_),
        second_rows_(all.second_rows_) {}

  std::unique_ptr<const RowStore> held_;  // nullptr: the library has its rows at hand
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
