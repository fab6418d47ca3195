#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <vector>

#include "encode/molecule_encoder.h"
#include "index/row_store.h"
#include "library/molecule_library.h"
#include "library/molecule_store.h"
#include "pools/pools.h"
#include "specbridge/molecule_text.h"

namespace specbridge {

/// The molecules of a file of pools as a store: rows are those of pools.molecules().
class PoolMolecules final : public MoleculeStore {
 public:
  explicit PoolMolecules(const CandidatePools& pools) : pools_(pools) {}
  std::size_t rows() const noexcept override { return pools_.molecules().size(); }
  StructureKey structure(std::size_t row) const override;
  double mass(std::size_t row) const override { return pools_.molecules()[row].exact_mass(); }
  MoleculeText text(std::size_t row) const override;

 private:
  const CandidatePools& pools_;
};

/// The vectors of a file of pools, encoded when they are asked for: a block of rows at a time,
/// unless they are all kept.
class EncodedPools final : public RowStore {
 public:
  /// The arguments must outlive the object. @param library vectors to reuse where they are those of
  /// the encoder bit for bit, or nullptr
  EncodedPools(const CandidatePools& pools, const MoleculeEncoder& encoder,
               const MoleculeLibrary* library)
      : pools_(pools),
        encoder_(encoder),
        library_(library != nullptr && library->has_encoded_vectors() ? library : nullptr) {}

  std::size_t rows() const noexcept override { return pools_.molecules().size(); }
  std::size_t dim() const noexcept override { return encoder_.dim(); }
  void scores(std::span<const float> query, const RowSet& rows,
              std::span<float> scores) const override;
  void decode(const RowSet& rows, std::span<float> vectors) const override;
  std::size_t rows_at_a_time() const noexcept override;
  std::unique_ptr<RowStore> at_hand(std::span<const std::size_t> rows) const override;

  /// Encodes all rows and keeps them, if they fit in 4 GiB and are not kept yet: for those who ask
  /// for the same pools again and again.
  void keep_all(const RunContext& context);

 private:
  Matrix vectors_of(std::span<const std::size_t> rows) const;

  const CandidatePools& pools_;
  const MoleculeEncoder& encoder_;
  const MoleculeLibrary* library_;
  std::unique_ptr<RowStore> kept_;
};

}  // namespace specbridge
