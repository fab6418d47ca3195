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

/// An isotope that is not the most abundant of its element, written as "37Cl".
struct Isotope {
  std::string_view symbol;  ///< of its element
  int mass_number = 0;
  double mass = 0;  ///< Da
};

/// Masses as RDKit holds them, like those of kElements.
inline constexpr std::array<Isotope, 36> kIsotopes = {{
    {"Li", 6, 6.015122795}, {"B", 10, 10.012937},    {"C", 13, 13.00335484},
    {"C", 14, 14.00324199}, {"N", 15, 15.0001089},   {"O", 17, 16.9991317},
    {"O", 18, 17.999161},   {"Mg", 25, 24.98583692}, {"Mg", 26, 25.98259293},
    {"Si", 29, 28.9764947}, {"Si", 30, 29.97377017}, {"S", 33, 32.97145876},
    {"S", 34, 33.9678669},  {"S", 36, 35.96708076},  {"Cl", 37, 36.96590259},
    {"K", 40, 39.96399848}, {"K", 41, 40.96182576},  {"Ca", 42, 41.95861801},
    {"Ca", 43, 42.9587666}, {"Ca", 44, 43.9554818},  {"Ca", 48, 47.952534},
    {"Fe", 54, 53.9396105}, {"Fe", 57, 56.935394},   {"Fe", 58, 57.9332756},
    {"Ni", 60, 59.9307864}, {"Ni", 61, 60.931056},   {"Ni", 62, 61.9283451},
    {"Ni", 64, 63.927966},  {"Cu", 65, 64.9277895},  {"Zn", 66, 65.9260334},
    {"Zn", 67, 66.9271273}, {"Zn", 68, 67.9248442},  {"Zn", 70, 69.9253193},
    {"Br", 81, 80.9162906}, {"Rb", 87, 86.90918053}, {"Ag", 109, 108.904752},
}};

/// How many atoms of each element of kElements, then of each isotope of kIsotopes, are gained (or
/// lost, when negative).
using Composition = std::array<int, kElements.size() + kIsotopes.size()>;

/// Reads a formula such as "C2H4O2"; nothing when it is none or has an element outside kElements.
std::optional<Composition> parse_composition(std::string_view formula);

/// Whether a number in front of a formula is the mass number of its first element, as in "37Cl" and
/// "13CH4", and not a count, as in "2Na" and "3H2O". Hydrogen is never labelled so: "2H" are two,
/// deuterium is "D".
bool is_mass_number(int number, std::string_view formula);

/// Reads a formula whose first element is of that mass number; nothing also when the isotope is not
/// known.
std::optional<Composition> parse_labelled(int mass_number, std::string_view formula);

/// Sum over the elements in the order of kElements, so that every spelling of a group has the same
/// bits.
double mass_of(const Composition& composition);

}  // namespace specbridge
