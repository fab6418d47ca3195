#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

#include "base/random.h"
#include "chem/molecule.h"

namespace specbridge {

/// Morgan environments of up to two bonds (ids of morgan_environments()) that real molecules have.
using KnownEnvironments = std::unordered_set<std::uint32_t>;

/// Isomers of a molecule that nobody may ever have seen: one to three random edits, each of which
/// moves a substituent to another atom or lets two atoms exchange their elements. An isomer has the
/// formula and the charge of the molecule, and another first InChIKey block than it and than those
/// in `taken`. It is let through where it has few environments that are not known, at most one more
/// than the molecule itself has (at least two); one in ten of the others, too.
/// @param most isomers; there may be fewer
std::vector<Molecule> edited_isomers(const Molecule& molecule, std::size_t most,
                                     const std::vector<Molecule>& taken,
                                     const KnownEnvironments& known, Random& random);

/// The same edits, some eight times as fast: SMILES of isomers that no standardisation has seen,
/// so that two may be tautomers of each other or one of the molecule itself. No SMILES comes twice.
/// Good for what only looks at graphs, such as fragments.
/// @param smiles standardised @param most isomers; there may be fewer
std::vector<std::string> edited_smiles(std::string_view smiles, std::size_t most, Random& random);

}  // namespace specbridge
