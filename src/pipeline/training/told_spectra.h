#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "base/matrix.h"
#include "bridge/bridge.h"
#include "decode/smiles_vocabulary.h"
#include "library/molecule_library.h"
#include "pipeline/training/labelled_spectra.h"
#include "specbridge/context.h"
#include "specbridge/train_settings.h"
#include "train/learners/text_training.h"

namespace specbridge {

/// What a decoder can write.
struct Writable {
  const SmilesVocabulary* vocabulary = nullptr;
  std::size_t most_tokens = 0;

  /// Why a text cannot be written, in words; empty: it can.
  std::string problem(std::string_view smiles) const;
};

/// Texts of a library's molecules.
struct LibraryTexts {
  std::vector<std::string> smiles;
  std::size_t unwritable = 0;  ///< molecules whose text the decoder cannot write
};

/// The molecules of a library that a decoder can write, evenly spread. @param most 0: all
LibraryTexts texts_of(const MoleculeLibrary& library, const Writable& writable, std::size_t most,
                      const RunContext& context);

/// Molecules of a library that may be candidates while a decoder is trained.
struct CandidateMolecules {
  std::vector<StructureKey> structures;
  std::vector<double> masses;  ///< Da
  Matrix vectors;
};

/// Those whose structure is among `molecules`, each row of the library once.
CandidateMolecules candidates_among(const MoleculeLibrary& library,
                                    const std::vector<Molecule>& molecules);

/// Spectra as a decoder is told of them: their vectors, and the candidates nearest to these. Those
/// whose molecule it cannot write are left out and counted.
std::vector<ToldSpectrum> told_spectra(LabelledSpectra& labelled, const Bridge& model,
                                       const CandidateMolecules& candidates,
                                       const Writable& writable, const GenerationSettings& settings,
                                       const RunContext& context);

}  // namespace specbridge
