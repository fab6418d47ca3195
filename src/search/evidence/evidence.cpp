#include "search/evidence/evidence.h"

#include <array>
#include <stdexcept>
#include <unordered_set>
#include <utility>

#include "search/evidence/cosine_scorer.h"
#include "search/evidence/fragment_scorer.h"

namespace specbridge {
namespace {

constexpr std::array kEvidence = {EvidenceRow{make_cosine_scorer, 1},
                                  EvidenceRow{make_fragment_scorer, 0}};

}  // namespace

std::span<const EvidenceRow> built_in_evidence() {
  return kEvidence;
}

std::vector<EvidenceRow> evidence_ranked_by(RankBy by, OtherEvidence others,
                                            const std::optional<Calibration>& calibration) {
  const auto weight = [&](RankBy kind, const char* name) {
    if (by == kind) return 1.0F;
    if (by != RankBy::fused || !calibration) return 0.0F;
    const auto found = calibration->weights.find(name);
    return found == calibration->weights.end() ? 0.0F : static_cast<float>(found->second);
  };
  std::vector<EvidenceRow> table = {{make_cosine_scorer, weight(RankBy::cosine, "cosine")},
                                    {make_fragment_scorer, weight(RankBy::fragments, "fragments")}};
  if (others == OtherEvidence::leave_out) {
    std::erase_if(table, [](const EvidenceRow& row) { return row.weight == 0; });
  }
  return table;
}

std::vector<Evidence> make_evidence(std::span<const EvidenceRow> table,
                                    const EvidenceSources& sources) {
  std::vector<Evidence> evidence;
  std::unordered_set<std::string> names;
  for (const auto& [make, weight] : table) {
    auto scorer = make(sources);
    if (scorer == nullptr) continue;
    if (!names.insert(scorer->kind().name).second) {
      throw std::logic_error("two kinds of evidence have one name");
    }
    evidence.push_back({std::move(scorer), weight});
  }
  return evidence;
}

}  // namespace specbridge
