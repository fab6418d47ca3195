#include "search/evidence.h"

#include <array>
#include <stdexcept>
#include <unordered_set>

#include "search/cosine_scorer.h"

namespace specbridge {
namespace {

constexpr std::array kEvidence = {EvidenceRow{make_cosine_scorer, 1}};

}  // namespace

std::span<const EvidenceRow> built_in_evidence() {
  return kEvidence;
}

std::vector<Evidence> make_evidence(std::span<const EvidenceRow> table) {
  std::vector<Evidence> evidence;
  std::unordered_set<std::string> names;
  for (const auto& [make, weight] : table) {
    evidence.push_back({make(), weight});
    if (!names.insert(evidence.back().scorer->kind().name).second) {
      throw std::logic_error("two kinds of evidence have one name");
    }
  }
  return evidence;
}

}  // namespace specbridge
