#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace specbridge {

/// A molecular formula in Hill order without blanks and charge ("C10H10O3"), from any spelling of
/// it; nothing when an element is unknown or the text is no formula.
std::optional<std::string> hill_formula(std::string_view text);

/// How many atoms of each element a formula has; nothing when the text is none.
std::optional<std::map<std::string, long long>> atoms_of_formula(std::string_view text);

/// The symbol of an element. @param atomic_number 1 ... 118
/// @throws std::out_of_range for others
std::string_view element_symbol(unsigned atomic_number);

/// Monoisotopic mass of a formula in Da, charge not counted; nothing when the text is no formula.
std::optional<double> formula_mass(std::string_view text);

}  // namespace specbridge
