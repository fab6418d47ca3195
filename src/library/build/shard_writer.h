#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "chem/molecule.h"
#include "index/vector_index.h"
#include "library/build/molecule_labels.h"
#include "specbridge/context.h"
#include "specbridge/row_type.h"

namespace specbridge {

constexpr std::size_t kShardRows = std::size_t{1} << 20;

/// What all shards of a library have in common.
struct ShardRules {
  std::size_t dim = 0;
  RowType row_type = RowType::f32;
  std::string index = kSignIndex;  ///< see make_index()
  std::string molecule_encoder_fingerprint, molecule_encoder_architecture;
  std::vector<std::string> further_columns = {};  ///< names of the further values
  std::size_t shard_rows = kShardRows;            ///< in one shard at most

  bool operator==(const ShardRules&) const = default;
};

/// A vector to be stored: as it is, or already in the form of rows of that type.
struct RowToStore {
  std::span<const float> vector = {};  ///< [dim], unit length
  std::string_view stored = {};        ///< see RowWriter::add_stored(); empty: the vector counts
  float scale = 1;
};

/// Writes the files of one shard. Rows must come in order of mass, then SMILES.
class ShardWriter {
 public:
  /// @param dir is made; what is there is removed @throws OutputError
  ShardWriter(std::filesystem::path dir, const ShardRules& rules);
  ~ShardWriter();
  ShardWriter(ShardWriter&&) noexcept;

  /// @param labels id, name and further values, as many as ShardRules::further_columns
  /// @throws std::logic_error when out of order, std::invalid_argument for another dimension
  void add(const MoleculeLabels& labels, const Molecule& molecule, const RowToStore& row);
  std::size_t rows() const noexcept;
  /// Closes the files, builds the index and writes the shard's manifest.
  /// @param fallback "Flat" where the index does not suit so few rows, instead of an error
  /// @throws UsageError when the index does not suit the number of rows
  enum class Fallback : std::uint8_t { none, flat };
  void finish(Fallback fallback, const RunContext& context);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

/// Rows in order, as shards of one size each: folders `0001`, `0002`, ... in a library's `shards`.
/// Where one ends depends on the number of rows alone, whatever they come from.
class ShardSeries {
 public:
  /// Called when a shard is finished.
  using Finished = std::function<void(const std::filesystem::path& shard)>;

  /// @param present shards that are there already
  ShardSeries(std::filesystem::path library, ShardRules rules, std::size_t present,
              Finished finished);

  void add(const MoleculeLabels& labels, const Molecule& molecule, const RowToStore& row,
           const RunContext& context);
  /// Finishes the last shard; a library has at least one, which may be empty.
  void finish(const RunContext& context);

 private:
  void begin_shard();
  void end_shard(const RunContext& context);

  std::filesystem::path library_;
  ShardRules rules_;
  std::size_t count_;
  Finished finished_;
  std::filesystem::path folder_;
  std::optional<ShardWriter> shard_;
};

/// The name of a shard's folder in its library: 1 is `shards/0001`.
std::filesystem::path shard_folder(std::size_t number);

}  // namespace specbridge
