#pragma once

#include <array>
#include <string_view>

namespace specbridge {

struct Abbreviation {
  std::string_view name, formula;  // name in upper case
};

// "HOO" is how MassBank misspells formate in [M+HOO]-.
inline constexpr std::array<Abbreviation, 16> kAbbreviations = {{
    {"ACN", "C2H3N"},
    {"FA", "CH2O2"},
    {"HAC", "C2H4O2"},
    {"HOAC", "C2H4O2"},
    {"OAC", "C2H3O2"},
    {"TFA", "C2HF3O2"},
    {"MEOH", "CH4O"},
    {"ETOH", "C2H6O"},
    {"IPA", "C3H8O"},
    {"ISOPROP", "C3H8O"},
    {"ISOPROPANOL", "C3H8O"},
    {"DMSO", "C2H6OS"},
    {"HCOOH", "CH2O2"},
    {"HOO", "CHO2"},
    {"FORMATE", "CHO2"},
    {"ACETATE", "C2H3O2"},
}};

// Acids that stay as anions: "[M+FA]-" is how some write [M+FA-H]-. No radical anion is meant.
inline constexpr std::array<std::string_view, 4> kAcids = {"FA", "HAC", "HOAC", "TFA"};

// Names that no grammar reads. MassBank's only nominal mass is that of a methyl cation.
inline constexpr std::array<std::array<std::string_view, 2>, 2> kSynonyms = {{
    {"[M+15]+", "[M+CH3]+"},
    {"Cat", "[M]+"},
}};

struct ChargedGroup {
  std::string_view formula;
  int charge;
};

// Charges that groups bring along, to complete names written without one ("M+H", "M+Cl").
inline constexpr std::array<ChargedGroup, 28> kGroupCharges = {{
    {"H", 1},      {"Li", 1},    {"Na", 1},     {"K", 1},       {"Rb", 1},      {"Cs", 1},
    {"Ag", 1},     {"NH4", 1},   {"H3O", 1},    {"CH3", 1},     {"F", -1},      {"Cl", -1},
    {"Br", -1},    {"I", -1},    {"CHO2", -1},  {"C2H3O2", -1}, {"C2F3O2", -1}, {"H2O", 0},
    {"NH3", 0},    {"CO2", 0},   {"C2H3N", 0},  {"CH4O", 0},    {"C2H6O", 0},   {"C3H8O", 0},
    {"C2H6OS", 0}, {"CH2O2", 0}, {"C2H4O2", 0}, {"C2HF3O2", 0},
}};

// The names under which ion types of equal composition are known.
inline constexpr std::array<std::string_view, 41> kCanonicalNames = {
    "[M+H]+",     "[M]+",        "[M+NH4]+",    "[M+Na]+",    "[M+K]+",       "[M+Li]+",
    "[M-H2O+H]+", "[M-2H2O+H]+", "[M-NH3+H]+",  "[M+H3O]+",   "[M+2Na-H]+",   "[M+2K-H]+",
    "[M+ACN+H]+", "[M+ACN+Na]+", "[M+MeOH+H]+", "[M+IPA+H]+", "[M+DMSO+H]+",  "[M+2H]2+",
    "[M+H+Na]2+", "[M+H+NH4]2+", "[M+3H]3+",    "[2M+H]+",    "[2M+Na]+",     "[2M+NH4]+",
    "[M-H]-",     "[M]-",        "[M+Cl]-",     "[M+Br]-",    "[M+HCOO]-",    "[M+CH3COO]-",
    "[M+TFA-H]-", "[M-H2O-H]-",  "[M+Na-2H]-",  "[M+K-2H]-",  "[M-CH3]-",     "[M-CO2-H]-",
    "[M-2H]2-",   "[M-2H]-",     "[2M-H]-",     "[2M+HCOO]-", "[2M+CH3COO]-",
};

}  // namespace specbridge
