#pragma once

#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "fragments/fragment_model.h"
#include "search/evidence/scorer.h"
#include "specbridge/calibration.h"
#include "specbridge/searcher.h"

namespace specbridge {

/// What kinds of evidence are made of; nullptr: the model does not have it.
struct EvidenceSources {
  std::shared_ptr<const FragmentModel> fragments = {};
};

/// A row of the table of evidence: how a kind is made (nullptr where its source is missing), and
/// how much it counts in the fused score; 0: it stands beside.
struct EvidenceRow {
  std::unique_ptr<Scorer> (*make)(const EvidenceSources&);
  float weight = 1;
};

/// The kinds of evidence that a search uses, weighted for a ranking. A new kind is a Scorer in a
/// file of its own and a row of the table in evidence.cpp.
/// @param calibration is there where the ranking is fused
std::vector<EvidenceRow> evidence_ranked_by(RankBy by, OtherEvidence others,
                                            const std::optional<Calibration>& calibration = {});

/// One kind of evidence at work.
struct Evidence {
  std::unique_ptr<const Scorer> scorer;
  float weight = 1;
};
/// @throws std::logic_error when two kinds have one name
std::vector<Evidence> make_evidence(std::span<const EvidenceRow> table,
                                    const EvidenceSources& sources = {});

}  // namespace specbridge
