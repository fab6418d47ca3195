#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "specbridge/ms/spectrum.h"

namespace specbridge {

/// One "KEY=value" line of a record.
struct MgfField {
  std::string key;    ///< see normalised_key()
  std::string value;  ///< as written, trimmed, without the quotes around it
  std::size_t line = 0;
};

/// Upper case without '_', '-' and blanks: "Num peaks" and "NUM_PEAKS" are one key.
std::string normalised_key(std::string_view key);

/// Splits at the first '='; nothing when there is none.
std::optional<MgfField> parse_field(std::string_view text, std::size_t line);

/// Whether a value only says that there is none: "", "N/A", "null" ...
bool is_null_word(std::string_view value);

/// Whether the first token of the line is a number, so that the line is a peak or meant to be one.
bool starts_with_number(std::string_view text);

/// Reads "m/z intensity [anything]". A comma is a decimal sign where blanks separate the numbers
/// and no point occurs in the line. Nothing when that is not what the line holds.
std::optional<Peak> parse_peak(std::string_view text);

/// What is wrong with a field.
struct FieldProblem {
  std::size_t line = 0;
  std::string message;
};

/// Fills the spectrum's properties from the fields of its record; later fields win over earlier
/// ones.
/// @return the first thing that cannot be read
std::optional<FieldProblem> fill_from_fields(const std::vector<MgfField>& fields,
                                             Spectrum& spectrum);

}  // namespace specbridge
