#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <span>
#include <vector>

#include "chem/graphs/isomer_edits.h"
#include "fragments/fragment_examples.h"
#include "specbridge/context.h"

namespace specbridge {

/// What molecule tables hold that is of use for telling molecules from their isomers.
struct ListedIsomers {
  std::vector<Decoys> of;   ///< for each molecule, in their order
  KnownEnvironments known;  ///< of the first some hundred thousand molecules of the tables
};

/// Isomers of molecules among those of molecule tables: of each molecule at most `most`, none with
/// its first InChIKey block, none twice. Which they are depends on the seed and on what the tables
/// hold, not on its order. Memory grows with the molecules, not with the tables.
/// @throws InputError
ListedIsomers isomers_in(const std::vector<std::filesystem::path>& tables,
                         std::span<const Molecule> molecules, std::size_t most, std::uint64_t seed,
                         const RunContext& context);

/// Isomers made by random edits (edited_isomers()) for the molecules that have fewer than `most`
/// listed ones. The same on any number of threads.
/// @param wanted which molecules are worth the time
std::vector<Decoys> made_isomers(std::span<const Molecule> molecules,
                                 std::span<const std::size_t> wanted, const ListedIsomers& listed,
                                 std::size_t most, std::uint64_t seed, const RunContext& context);

}  // namespace specbridge
