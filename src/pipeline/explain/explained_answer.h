#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "chem/molecule.h"
#include "fragments/explanation.h"
#include "fragments/fragmenter.h"
#include "fragments/peaks.h"
#include "pipeline/explain/listed_answers.h"
#include "specbridge/query.h"

namespace specbridge {

/// What an explained peak is.
struct ExplainedIon {
  std::string formula;             ///< with the charge
  std::string smiles;              ///< of the fragment, see piece_smiles()
  std::vector<int> atoms;          ///< of the fragment, positions in the answer's SMILES, from 0
  std::vector<std::string> bonds;  ///< that were cut, see bond_text()
  int hydrogens = 0;               ///< more (or fewer) than the atoms have in the molecule
  bool radical = false;
  double error_ppm = 0;
  double contribution = 0;  ///< to the score
};

/// A peak of the spectrum under one answer.
struct AnswerPeak {
  FragmentPeak peak;
  PeakUse use = PeakUse::read;
  std::optional<ExplainedIon> ion;  ///< nothing: not explained, or not read
};
/// "explained", "unexplained", or why it is not read: see to_string(PeakUse).
std::string_view status_of(const AnswerPeak& peak);

enum class AnswerState { explained, not_taken_apart, no_answer };
std::string_view to_string(AnswerState state);

/// An answer with what it says of every peak.
struct ExplainedAnswer {
  RecordName query;
  std::optional<double> precursor_mz;
  ListedAnswer listed;
  AnswerState state = AnswerState::explained;
  std::string message;               ///< why it is not explained
  std::optional<Molecule> molecule;  ///< where it could be read
  FragmentationExtent extent = FragmentationExtent::three_cuts;
  ExplainedPart part;
  double score = 0;               ///< the sum of the contributions
  std::vector<AnswerPeak> peaks;  ///< by m/z; none where it is not explained
};

/// @param model nullptr: contributions are those to the fixed score. Thread-safe.
ExplainedAnswer explain_answer(const Query& query, const ListedAnswer& listed,
                               const FragmentModel* model);

}  // namespace specbridge
