#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <unordered_set>
#include <vector>

#include "chem/molecule.h"
#include "decode/beam_search.h"
#include "decode/smiles_vocabulary.h"

namespace specbridge {

/// A molecule that a network has written.
struct WrittenMolecule {
  Molecule molecule;
  double log_probability = 0;  ///< natural logarithm, of the likeliest of its texts
};

/// What a network's texts say.
struct WrittenMolecules {
  std::vector<WrittenMolecule> molecules;  ///< in the order of the texts, each structure once
  std::size_t texts = 0;
  std::size_t invalid = 0;  ///< of them no molecule, or cut off before their end
  std::size_t known = 0;    ///< of a structure that was known, or that a text before has
};

/// Standardises what was written; nothing is repaired.
/// @param known first InChIKey blocks of structures that are not wanted again
WrittenMolecules molecules_of(const SmilesVocabulary& vocabulary, std::span<const Sequence> texts,
                              std::unordered_set<std::string> known = {});

}  // namespace specbridge
