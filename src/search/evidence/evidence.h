#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "fragments/fragment_model.h"
#include "search/evidence/scorer.h"
#include "search/references/reference_spectra.h"
#include "specbridge/calibration.h"
#include "specbridge/searcher.h"

namespace specbridge {

class Generator;

/// Whether candidates have vectors that a query's can be compared with.
enum class CandidateVectors { known, missing };

/// What kinds of evidence are made of; nullptr: the model does not have it.
struct EvidenceSources {
  std::shared_ptr<const FragmentModel> fragments = {};
  std::shared_ptr<const ReferenceSpectra> references = {};
  std::shared_ptr<const Generator> generator = {};
  CandidateVectors vectors = CandidateVectors::known;
};

/// How a score enters a weighted sum.
enum class ScoreScale {
  as_it_is,
  /// -ln(1.02 - s): of similarities up to 1, of which the last steps tell most.
  distance_to_one,
};
float scaled(float score, ScoreScale scale);

/// How much a kind counts in the fused score.
struct EvidenceWeight {
  float of_score = 1;  ///< 0: it stands beside
  /// Of evidence that most candidates lack: what it is worth to have it at all, whatever its score.
  /// A candidate without it then gets nothing. Absent: such a candidate counts as the worst of its
  /// query.
  std::optional<float> of_having = {};
  ScoreScale scale = ScoreScale::as_it_is;
  /// What of_score gains for each 1 of the best score that any candidate has of evidence that most
  /// lack: where a library spectrum is nearly the query's, other evidence may count less.
  float per_best_rare = 0;
};

/// A row of the table of evidence: how a kind is made (nullptr where its source is missing), and
/// how much it counts.
struct EvidenceRow {
  std::unique_ptr<Scorer> (*make)(const EvidenceSources&);
  EvidenceWeight weight = {};
};

/// The kinds of evidence that a search uses, weighted for a ranking. A new kind is a Scorer in a
/// file of its own and a row of the table in evidence.cpp.
/// @param calibration is there where the ranking is fused
std::vector<EvidenceRow> evidence_ranked_by(RankBy by, OtherEvidence others,
                                            const std::optional<Calibration>& calibration = {});

/// One kind of evidence at work.
struct Evidence {
  std::unique_ptr<const Scorer> scorer;
  EvidenceWeight weight = {};
};

/// Whether most candidates lack a kind of evidence, so that having it is weighed by itself.
bool is_rare(std::string_view kind);
/// How the scores of a kind enter what calibrate weighs.
ScoreScale scale_of(std::string_view kind);
/// What the weight of having a kind is called in a calibration: "library_found".
std::string name_of_having(std::string_view kind);
/// And what the weight of a kind gains by the best score of a rare one: "cosine_with_library".
std::string name_of_gain(std::string_view kind, std::string_view rare);
/// The best of the scores of a rare kind that candidates have; 0 where none has one.
float best_rare(std::span<const float> scores);
/// @throws std::logic_error when two kinds have one name
std::vector<Evidence> make_evidence(std::span<const EvidenceRow> table,
                                    const EvidenceSources& sources = {});

}  // namespace specbridge
