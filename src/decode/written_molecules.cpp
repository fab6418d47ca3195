#include "decode/written_molecules.h"

#include <utility>
#include <variant>

namespace specbridge {

WrittenMolecules molecules_of(const SmilesVocabulary& vocabulary, std::span<const Sequence> texts,
                              std::unordered_set<std::string> known) {
  WrittenMolecules written;
  for (const Sequence& text : texts) {
    ++written.texts;
    auto read = standardize(text.ended ? vocabulary.text(text.tokens) : std::string());
    auto* molecule = std::get_if<Molecule>(&read);
    if (molecule == nullptr) {
      ++written.invalid;
    } else if (!known.insert(molecule->inchikey14()).second) {
      ++written.known;
    } else {
      written.molecules.push_back({std::move(*molecule), text.log_probability});
    }
  }
  return written;
}

}  // namespace specbridge
