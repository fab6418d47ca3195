#include "search/evidence/evidence.h"

#include <array>
#include <cmath>
#include <stdexcept>
#include <unordered_set>
#include <utility>

#include "search/evidence/analogue_scorer.h"
#include "search/evidence/cosine_scorer.h"
#include "search/evidence/fragment_scorer.h"
#include "search/evidence/generated_scorer.h"
#include "search/evidence/library_scorer.h"

namespace specbridge {
namespace {

/// A kind of evidence, under the name that its scorer has.
struct Kind {
  std::unique_ptr<Scorer> (*make)(const EvidenceSources&);
  RankBy alone;
  const char* name;
};

constexpr std::array kKinds = {
    Kind{make_cosine_scorer, RankBy::cosine, "cosine"},
    Kind{make_fragment_scorer, RankBy::fragments, "fragments"},
    Kind{make_library_scorer, RankBy::library, kLibraryEvidence},
    Kind{make_analogue_scorer, RankBy::analogues, kAnalogueEvidence},
    Kind{make_generated_scorer, RankBy::generated, kGeneratedEvidence},
    Kind{make_likelihood_scorer, RankBy::likelihood, kLikelihoodEvidence}};

float calibrated(const Calibration& calibration, const std::string& name) {
  const auto found = calibration.weights.find(name);
  return found == calibration.weights.end() ? 0 : static_cast<float>(found->second);
}

EvidenceWeight weight_of(const Kind& kind, RankBy by,
                         const std::optional<Calibration>& calibration) {
  if (by == kind.alone) return {1, is_rare(kind.name) ? std::optional(0.0F) : std::nullopt};
  if (by != RankBy::fused || !calibration) return {0};
  EvidenceWeight weight{calibrated(*calibration, kind.name)};
  weight.scale = scale_of(kind.name);
  if (is_rare(kind.name)) {
    weight.of_having = calibrated(*calibration, name_of_having(kind.name));
  } else {
    weight.per_best_rare = calibrated(*calibration, name_of_gain(kind.name, kLibraryEvidence));
  }
  return weight;
}

}  // namespace

bool is_rare(std::string_view kind) {
  return kind == kLibraryEvidence;
}

ScoreScale scale_of(std::string_view kind) {
  return kind == kLibraryEvidence ? ScoreScale::distance_to_one : ScoreScale::as_it_is;
}

float scaled(float score, ScoreScale scale) {
  constexpr float kBeyondOne = 1.02F;
  return scale == ScoreScale::as_it_is ? score : -std::log(kBeyondOne - score);
}

std::string name_of_having(std::string_view kind) {
  return std::string(kind) + "_found";
}

std::string name_of_gain(std::string_view kind, std::string_view rare) {
  return std::string(kind) + "_with_" + std::string(rare);
}

float best_rare(std::span<const float> scores) {
  float best = 0;
  for (const float score : scores) best = std::fmax(best, score);  // of NaN and a number: this
  return best;
}

std::vector<EvidenceRow> evidence_ranked_by(RankBy by, OtherEvidence others,
                                            const std::optional<Calibration>& calibration) {
  std::vector<EvidenceRow> table;
  for (const Kind& kind : kKinds) {
    const EvidenceWeight weight = weight_of(kind, by, calibration);
    const bool counts =
        weight.of_score != 0 || weight.of_having.value_or(0) != 0 || weight.per_best_rare != 0;
    if (counts || others == OtherEvidence::show) table.push_back({kind.make, weight});
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
