#pragma once

#include <fmt/format.h>

#include <filesystem>
#include <string>
#include <utility>
#include <vector>

#include "base/random.h"
#include "library/build/library_root.h"
#include "library/build/shard_writer.h"
#include "library/build/sorted_runs.h"
#include "library/library.h"

namespace specbridge::test {

/// Fields as a library holds them; no chemistry is needed to store them.
inline Molecule made_up(std::string smiles, double mass, std::string formula = "C2H6O",
                        int charge = 0) {
  std::string key = fmt::format("KEY{:011}", std::hash<std::string>()(smiles) % 10'000'000'000);
  return Molecule::trusted(std::move(smiles), std::move(key), std::move(formula), mass, charge);
}

inline Matrix unit_rows(std::size_t count, std::size_t dim, std::uint64_t seed = 1) {
  Random random(seed);
  Matrix rows(count, dim);
  for (std::size_t i = 0; i < count; ++i) {
    for (float& value : rows.row(i)) value = static_cast<float>(random.normal());
    normalize(rows.row(i));
  }
  return rows;
}

inline ShardRules rules(std::size_t dim, std::string factory = "Flat") {
  ShardRules rules;
  rules.dim = dim;
  rules.index = std::move(factory);
  rules.molecule_encoder_fingerprint = "fingerprint";
  rules.molecule_encoder_architecture = "morgan";
  return rules;
}

/// Writes labelled molecules (in order) with the rows of `vectors` into a directory.
inline void write_labelled(const std::filesystem::path& dir,
                           const std::vector<LabelledMolecule>& molecules, const Matrix& vectors,
                           const ShardRules& rules) {
  std::filesystem::create_directories(dir);
  ShardSeries series(dir, rules, 0, [](const auto&) {});
  for (std::size_t i = 0; i < molecules.size(); ++i) {
    series.add(molecules[i].labels, molecules[i].molecule, {vectors.row(i)}, {});
  }
  series.finish({});
  write_library_root(dir, rules, {10, 2, 1, 0, 0, {{"in.smi", "hash"}}});
}

/// The same of molecules that are called "id0", "id1" ...
inline void write_library(const std::filesystem::path& dir, const std::vector<Molecule>& molecules,
                          const Matrix& vectors, const ShardRules& rules) {
  std::vector<LabelledMolecule> labelled;
  for (std::size_t i = 0; i < molecules.size(); ++i) {
    labelled.push_back({{fmt::format("id{}", i)}, molecules[i]});
  }
  write_labelled(dir, labelled, vectors, rules);
}

inline void write_library(const std::filesystem::path& dir, const std::vector<Molecule>& molecules,
                          const Matrix& vectors, const std::string& factory = "Flat") {
  write_library(dir, molecules, vectors, rules(vectors.cols(), factory));
}

}  // namespace specbridge::test
