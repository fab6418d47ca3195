#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace specbridge {

/// A <binaryDataArray> of mzML as its terms describe it.
struct BinaryArray {
  enum class Kind { other, mz, intensity };
  enum class Type { unknown, float32, float64, int32, int64 };
  enum class Packing { plain, linear, pic, slof };  ///< MS-Numpress (Teleman et al. 2014)

  Kind kind = Kind::other;
  Type type = Type::unknown;
  Packing packing = Packing::plain;
  bool zlib = false;
  std::string foreign_packing;  ///< "zstd compression (MS:1003780)": one that is not read
  std::string base64;
  bool too_large = false;             ///< more text than a spectrum may have; not all is kept
  std::optional<std::size_t> length;  ///< arrayLength, where it differs from the spectrum's

  /// Takes a term of the PSI-MS vocabulary that describes an array. Of those that are not known,
  /// one that is named as a compression makes the array unreadable; others are ignored.
  void apply(std::string_view accession, std::string_view name);
  /// Appends base64 text, up to the limit.
  void append(std::string_view text);
};

/// The values of an array.
/// @throws InputError without a place that says what is wrong with it
std::vector<double> decoded(const BinaryArray& array);

/// The bytes of base64 text, blanks ignored; nothing when it is none.
std::optional<std::string> decode_base64(std::string_view text);

}  // namespace specbridge
