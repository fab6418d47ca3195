#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace specbridge {

/// Text without leading and trailing blanks, tabs and carriage returns.
std::string_view trim(std::string_view text);

/// The parts between separators; empty parts are kept.
std::vector<std::string_view> split(std::string_view text, char separator);

/// A finite number that fills the whole text (a leading '+' is allowed), else nothing. Independent
/// of the locale.
std::optional<double> parse_number(std::string_view text);

/// An integer that fills the whole text (a leading '+' is allowed), else nothing.
std::optional<long long> parse_integer(std::string_view text);

/// The shortest decimal form that reads back to the same float32.
std::string shortest(float value);

/// The shortest decimal form that reads back to the same float64.
std::string shortest(double value);

/// ASCII upper case; other bytes stay.
std::string to_upper(std::string_view text);

/// The candidate nearest to `word` by edit distance, if it is near enough to be a slip of the
/// keyboard.
std::optional<std::string> suggestion(std::string_view word,
                                      const std::vector<std::string>& candidates);

/// `text` made fit for one line of a table, a log or a terminal: valid UTF-8 of printable
/// characters. Tabs and line breaks become blanks; controls (also those above 0x7f), marks that
/// turn the direction of writing or are not to be seen, and what is no character become '?'. Bytes
/// that are no UTF-8 are read as Latin-1. It is cut at `limit` bytes with "..." (0: no limit).
/// Defined in base/one_line.cpp.
std::string one_line(std::string_view text, std::size_t limit = 0);

/// 12345678 -> "12,345,678", for people.
std::string with_thousands(std::size_t number);

/// A number with what it counts: "1 spectrum", "12,345 spectra", "2 rows".
/// @param many of anything but one; empty: `one` with an s
std::string counted(std::size_t number, std::string_view one, std::string_view many = "");

/// "3 no_peaks, 2 unknown_adduct"
std::string counts_text(const std::map<std::string, std::size_t>& counts);

/// Columns that UTF-8 text takes on a terminal, a character for one.
std::size_t columns_of(std::string_view text);
/// The first columns of UTF-8 text, at most `columns`.
std::string_view first_columns(std::string_view text, std::size_t columns);

/// Text for people in lines of at most `width` columns; only a word that is longer makes a longer
/// line. Lines but the first begin with `indent` blanks. Ends without a line feed.
std::string wrapped(std::string_view text, std::size_t width, std::size_t indent = 0);

}  // namespace specbridge
