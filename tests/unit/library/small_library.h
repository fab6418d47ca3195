#pragma once

#include <fmt/format.h>

#include <filesystem>
#include <string>
#include <utility>
#include <vector>

#include "base/random.h"
#include "library/build/library_writer.h"
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

inline LibraryWriter::Origin origin(std::string factory = "Flat") {
  return {std::move(factory), "fingerprint", "morgan", 10, 2, 1, {{"in.smi", "hash"}}};
}

/// Writes molecules (in order) with the rows of `vectors` into a directory.
inline void write_library(const std::filesystem::path& dir, const std::vector<Molecule>& molecules,
                          const Matrix& vectors, const std::string& factory = "Flat") {
  std::filesystem::create_directories(dir);
  LibraryWriter writer(dir, vectors.cols());
  for (std::size_t i = 0; i < molecules.size(); ++i) {
    writer.add({fmt::format("id{}", i)}, molecules[i], vectors.row(i));
  }
  writer.finish(origin(factory), {});
}

}  // namespace specbridge::test
