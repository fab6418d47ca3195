#include "search/evidence/evidence.h"

#include <array>
#include <stdexcept>
#include <unordered_set>
#include <utility>

#include "search/evidence/cosine_scorer.h"
#include "search/evidence/fragment_scorer.h"

namespace specbridge {
namespace {

/// A kind of evidence, under the name that its scorer has.
struct Kind {
  std::unique_ptr<Scorer> (*make)(const EvidenceSources&);
  RankBy alone;
  const char* name;
};

constexpr std::array kKinds = {Kind{make_cosine_scorer, RankBy::cosine, "cosine"},
                               Kind{make_fragment_scorer, RankBy::fragments, "fragments"}};

float weight_of(const Kind& kind, RankBy by, const std::optional<Calibration>& calibration) {
  if (by == kind.alone) return 1;
  if (by != RankBy::fused || !calibration) return 0;
  const auto found = calibration->weights.find(kind.name);
  return found == calibration->weights.end() ? 0 : static_cast<float>(found->second);
}

}  // namespace

std::vector<EvidenceRow> evidence_ranked_by(RankBy by, OtherEvidence others,
                                            const std::optional<Calibration>& calibration) {
  std::vector<EvidenceRow> table;
  for (const Kind& kind : kKinds) {
    const float weight = weight_of(kind, by, calibration);
    if (weight != 0 || others == OtherEvidence::show) table.push_back({kind.make, weight});
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
