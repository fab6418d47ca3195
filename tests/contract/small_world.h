#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "chem/molecule.h"
#include "search/search_parts.h"
#include "specbridge/query.h"
#include "specbridge/searcher.h"

namespace specbridge::test {

/// A model of a few weights, a library, pools and spectra: all that a search needs, made once for
/// all tests of the program.
struct SmallWorld {
  std::filesystem::path model, library, pools, spectra;
  std::filesystem::path spectral_library;  ///< of the spectra
  std::vector<Molecule> molecules;         ///< of the library, in its order
};
const SmallWorld& small_world();

/// A run on the CPU.
RunContext on_cpu(std::size_t threads = 1);

/// A searcher over the small world.
Searcher searcher_of(CandidateMode mode, std::size_t threads = 1);

/// The spectra of the small world as queries with their structures, one of them refused.
std::vector<Query> queries_of(const Searcher& searcher);

/// Their vectors.
Matrix vectors_of(const Searcher& searcher, const std::vector<Query>& queries);

}  // namespace specbridge::test
