#pragma once

#include <fmt/format.h>

#include <string>
#include <variant>

#include "chem/molecule.h"
#include "eval/scoring.h"

namespace specbridge::test {

/// A well-formed first InChIKey block for number n: "AAAAAAAAAAAAAA", "AAAAAAAAAAAAAB", ...
inline std::string key(std::size_t n) {
  std::string text(14, 'A');
  for (std::size_t i = 14; n > 0; n /= 26) text[--i] = static_cast<char>('A' + n % 26);
  return text;
}

/// A structure that needs no chemistry: its SMILES is only a name.
inline Molecule structure(std::size_t n, std::string smiles = "C") {
  return Molecule::trusted(std::move(smiles), key(n), "CH4", 16.0313, 0);
}

inline Molecule molecule(const std::string& smiles) {
  return std::get<Molecule>(standardize(smiles));
}

inline TruthRecord truth(std::size_t index, Molecule answer) {
  return {{fmt::format("q{}", index), index}, std::move(answer)};
}

inline TruthRecord unusable_truth(std::size_t index, Status status) {
  return {{fmt::format("q{}", index), index}, std::nullopt, status};
}

}  // namespace specbridge::test
