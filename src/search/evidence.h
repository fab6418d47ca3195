#pragma once

#include <memory>
#include <span>
#include <vector>

#include "search/scorer.h"

namespace specbridge {

/// A row of the table of evidence: how a kind is made, and how much it counts in the fused score.
struct EvidenceRow {
  std::unique_ptr<Scorer> (*make)();
  float weight = 1;
};

/// The kinds of evidence that a search uses. A new one is a Scorer in a file of its own and a row
/// here.
std::span<const EvidenceRow> built_in_evidence();

/// One kind of evidence at work.
struct Evidence {
  std::unique_ptr<const Scorer> scorer;
  float weight = 1;
};
/// @throws std::logic_error when two kinds have one name
std::vector<Evidence> make_evidence(std::span<const EvidenceRow> table);

}  // namespace specbridge
