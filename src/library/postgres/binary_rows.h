#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "specbridge/molecule_text.h"

namespace specbridge {

/// Rows of the catalogue in PostgreSQL's binary format of COPY. A row of a table holds the fields
/// of its molecule (row number, mass, charge, id, SMILES, InChIKey, formula, name, further values),
/// a checksum of these, the vector as float16, and a checksum of row number and vector. Both are
/// xxHash64 of the fields as COPY writes them, each with its length.

/// What stands before and behind all rows of a COPY.
std::string binary_header();
std::string binary_trailer();

/// Sums of checksums, by which whole parts are compared: in any order the same.
struct RowSums {
  std::uint64_t molecules = 0, vectors = 0;
  bool operator==(const RowSums&) const = default;
};

/// Appends a row. @param vector [dim] float16
/// @param sums takes in the row's checksums
void append_row(std::size_t row, const MoleculeText& molecule,
                std::span<const std::uint16_t> vector, std::string& bytes, RowSums& sums);

/// The fields that a molecule has, those that are kept further included, and of a vector.
std::size_t molecule_fields(std::size_t further);
inline constexpr std::size_t kVectorFields = 2;  ///< row and vector

/// A row as it comes back: the fields of its molecule or of its vector, whose checksum held.
struct BinaryRow {
  std::size_t row = 0;
  std::vector<std::string_view> fields;  ///< in their order, the row number first
  std::uint64_t sum = 0;
};

/// The molecule of such a row; the texts are those of the row. @throws BinaryReader::BadRow
MoleculeText molecule_of(const BinaryRow& row);
/// The numbers of its vector. @returns false when there are not `vector.size()` of them
bool vector_of(const BinaryRow& row, std::span<std::uint16_t> vector);

/// Reads what COPY ... TO STDOUT writes, however it is cut. Every record is a list of groups: a
/// molecule or a vector, its checksum behind it.
class BinaryReader {
 public:
  using Take = std::function<void(std::span<const BinaryRow> groups)>;

  /// @param groups how many fields each has, the checksum not counted
  /// @param take called for every row, with one BinaryRow for each group
  BinaryReader(std::vector<std::size_t> groups, Take take)
      : groups_(std::move(groups)), take_(std::move(take)) {}

  /// @throws BadRow
  void read(std::string_view bytes);
  /// @throws BadRow when the last row is not whole
  void finish() const;

  /// A row that is not what was written.
  struct BadRow {
    std::string problem;
  };

 private:
  bool take_row(std::string_view& rest);

  std::vector<std::size_t> groups_;
  Take take_;
  std::string waiting_;
  bool begun_ = false, ended_ = false;
  std::vector<BinaryRow> rows_;
};

}  // namespace specbridge
