#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <string_view>

namespace specbridge {

/// An element that adducts are made of, with the mass of its most abundant isotope.
struct Element {
  std::string_view symbol;
  double mass = 0;  ///< Da
};

/// Masses as RDKit holds them (AME2003, IUPAC); "D" is deuterium.
inline constexpr std::array<Element, 28> kElements = {{
    {"H", 1.007825032},  {"D", 2.014101778}, {"Li", 7.01600455},  {"B", 11.0093054},
    {"C", 12.0},         {"N", 14.003074},   {"O", 15.99491462},  {"F", 18.99840322},
    {"Na", 22.98976928}, {"Mg", 23.9850417}, {"Al", 26.98153863}, {"Si", 27.97692653},
    {"P", 30.97376163},  {"S", 31.972071},   {"Cl", 34.96885268}, {"K", 38.96370668},
    {"Ca", 39.96259098}, {"Mn", 54.9380451}, {"Fe", 55.9349375},  {"Co", 58.933195},
    {"Ni", 57.9353429},  {"Cu", 62.9295975}, {"Zn", 63.9291422},  {"Br", 78.9183371},
    {"Rb", 84.91178974}, {"Ag", 106.905097}, {"I", 126.904473},   {"Cs", 132.9054519},
}};

/// How many atoms of each element of kElements are gained (or lost, when negative).
using Composition = std::array<int, kElements.size()>;

/// Reads a formula such as "C2H4O2"; nothing when it is none or has an element outside kElements.
std::optional<Composition> parse_composition(std::string_view formula);

/// Sum over the elements in the order of kElements, so that every spelling of a group has the same
/// bits.
double mass_of(const Composition& composition);

}  // namespace specbridge
