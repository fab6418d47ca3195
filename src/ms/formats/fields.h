#pragma once

#include <cstddef>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "specbridge/spectrum.h"

namespace specbridge {

/// One property of a record, whatever format it comes from.
struct Field {
  std::string key;    ///< see normalised_key()
  std::string value;  ///< as written, trimmed, without the quotes around it
  std::size_t line = 0;
  std::string written{};  ///< what stands in front of the value, "PrecursorMZ: ", for messages
};

/// Upper case without '_', '-' and blanks: "Num peaks" and "NUM_PEAKS" are one key.
std::string normalised_key(std::string_view key);

/// Splits "KEY=value" or "Key: value" at the first separator; nothing when there is none.
std::optional<Field> parse_field(std::string_view text, char separator, std::size_t line);

/// Whether a value only says that there is none: "", "N/A", "null" ...
bool is_null_word(std::string_view value);

/// The last field whose key is the first of `keys` that has a value; nullptr: none.
const Field* find_field(const std::vector<Field>& fields,
                        std::initializer_list<std::string_view> keys);

/// The value of that field, or "".
std::string text_of(const std::vector<Field>& fields, std::initializer_list<std::string_view> keys);

/// What a record is taken for that states neither precursor m/z, adduct, charge nor MS level, and
/// no other ionisation: in formats of GC-MS libraries for one of electron ionisation.
enum class Silence { is_tandem, is_electron };

/// What is wrong with a field.
struct FieldProblem {
  std::size_t line = 0;
  std::string message;
};

/// Fills the spectrum's properties, all but its id, from the fields of its record; later fields win
/// over earlier ones.
/// @param silence what a record is that says nothing of precursor and ionisation
/// @return the first thing that cannot be read
std::optional<FieldProblem> fill_from_fields(const std::vector<Field>& fields, Spectrum& spectrum,
                                             Silence silence = Silence::is_tandem);

}  // namespace specbridge
