#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <span>
#include <string_view>

#include "library/build/shard_writer.h"
#include "library/build/sorted_runs.h"
#include "library/library.h"

namespace specbridge {

/// A row of a library as another one can hold it. The bytes are those of the library's file.
struct MergedRow {
  LabelledMolecule molecule;
  RowToStore row;
};

/// The rows of some libraries in order of mass, then SMILES; of equal molecules that of the first
/// library, the others count as repeated. Rows that count as gone are passed over.
class MergedShards {
 public:
  /// @param libraries outlive the object; of one type of rows
  explicit MergedShards(std::span<const Library> libraries);
  ~MergedShards();

  /// The next row; nothing at the end. Valid until the next call.
  std::optional<MergedRow> next();
  /// Passes over rows.
  void skip(std::size_t count);
  std::size_t duplicates() const noexcept;
  std::size_t read() const noexcept;  ///< rows, with those that were passed over

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace specbridge
