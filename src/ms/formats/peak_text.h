#pragma once

#include <optional>
#include <string_view>

#include "specbridge/spectrum.h"

namespace specbridge {

/// A peak and whether its text had decimal commas.
struct PeakText {
  Peak peak;
  bool decimal_comma = false;
};

/// Removes and returns the text up to one of the separators, skipping those in front.
std::string_view take_token(std::string_view& text, std::string_view separators);

/// "281,2013" has one comma between digits and no point.
bool has_decimal_comma(std::string_view token);

/// A number, with a decimal comma or point.
std::optional<double> number_with_comma(std::string_view token);

/// The same for a value of a peak, which may also be "nan", "inf" or too large: cleaning leaves
/// such peaks out, whatever format they come in.
std::optional<double> peak_number(std::string_view token);

/// Whether the first token of the line is a number, so that the line is a peak or meant to be one.
bool starts_with_number(std::string_view text);

/// Reads the usual "m/z intensity" with blanks or tabs between and around; nothing for anything
/// else, which parse_peak() may still understand.
std::optional<Peak> quick_peak(std::string_view text);

/// Reads "m/z intensity [anything]". A comma is a decimal sign where blanks separate the numbers
/// and no point occurs in the line. Nothing when that is not what the line holds.
std::optional<PeakText> parse_peak(std::string_view text);

}  // namespace specbridge
