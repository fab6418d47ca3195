#pragma once

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <variant>
#include <vector>

#include "chem/molecule.h"
#include "chem/tables/molecule_table.h"
#include "support/support.h"

namespace specbridge::test {

/// The molecule of a SMILES that is known to be one.
inline Molecule molecule(const std::string& smiles) {
  auto result = standardize(smiles);
  if (const auto* rejection = std::get_if<Rejection>(&result)) {
    ADD_FAILURE() << rejection->message;
    return Molecule::trusted("", "", "", 0, 0);
  }
  return std::get<Molecule>(result);
}

inline std::string spelling(const std::string& smiles) {
  return molecule(smiles).smiles();
}

inline std::filesystem::path real_library() {
  return real_data() / "library.smi.gz";
}

/// Every n-th SMILES of the real library, so that `count` come from all over it.
inline std::vector<std::string> library_sample(std::size_t count) {
  constexpr std::size_t kRows = 119905;
  MoleculeTable table(real_library());
  std::vector<std::string> sample;
  std::size_t row = 0;
  for (auto record = table.next(); record && sample.size() < count; record = table.next(), ++row) {
    if (row % (kRows / count) == 0) sample.push_back(record->smiles);
  }
  return sample;
}

/// Runs a Python script on lines of input; the lines it prints. Empty when there is no Python with
/// RDKit.
inline std::vector<std::string> ask_python(const std::string& script,
                                           const std::vector<std::string>& input) {
  const TemporaryFolder folder;
  std::string text;
  for (const auto& line : input) text += line + "\n";
  const auto data = folder.write("input", text), code = folder.write("ask.py", script);
  const auto result =
      run(fmt::format("'{}' '{}' '{}'", python().string(), code.string(), data.string()));
  std::vector<std::string> lines;
  if (result.exit_code != 0) return lines;
  std::istringstream out(result.out);
  for (std::string line; std::getline(out, line);) lines.push_back(line);
  return lines;
}

}  // namespace specbridge::test
