#include "search/ranker.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "ranking/structures.h"

namespace specbridge {
namespace {

/// Adds evidence that most candidates lack: those that have it get what that is worth.
void add_rare_scores(std::span<const float> scores, const EvidenceWeight& weight, float sign,
                     std::span<float> sums) {
  for (std::size_t i = 0; i < scores.size(); ++i) {
    if (std::isnan(scores[i])) continue;
    sums[i] += sign * weight.of_score * scaled(scores[i], weight.scale) + *weight.of_having;
  }
}

/// Adds one kind of evidence of one query to its sums.
void add_scores(std::span<const float> scores, float weight, std::span<float> sums) {
  if (weight == 0) return;
  float worst = kMissing;
  for (const float score : scores) {
    if (!std::isnan(score))
      worst = std::isnan(worst) ? weight * score : std::min(worst, weight * score);
  }
  if (std::isnan(worst)) return;
  for (std::size_t i = 0; i < scores.size(); ++i) {
    sums[i] += std::isnan(scores[i]) ? worst : weight * scores[i];
  }
}

/// The best score that a candidate of one query has of evidence that most candidates lack.
float best_rare_of(const ScoreTable& table, std::span<const Evidence> evidence, std::size_t query) {
  for (std::size_t i = 0; i < table.size(); ++i) {
    if (evidence[i].weight.of_having) return best_rare(table[i].of(query));
  }
  return 0;
}

/// Positions of the best scores of one query, ascending; equal scores count as better further up.
std::vector<std::uint32_t> best_of(std::span<const float> scores, std::size_t most) {
  std::vector<std::uint32_t> places(scores.size());
  std::iota(places.begin(), places.end(), 0U);
  if (places.size() <= most) return places;
  const auto middle = places.begin() + static_cast<std::ptrdiff_t>(most);
  std::ranges::nth_element(places, middle, [&](std::uint32_t a, std::uint32_t b) {
    return scores[a] != scores[b] ? scores[a] > scores[b] : a < b;
  });
  places.erase(middle, places.end());
  std::ranges::sort(places);
  return places;
}

std::vector<std::vector<std::uint32_t>> best_of_each(const ScoreColumn& column, std::size_t most) {
  std::vector<std::vector<std::uint32_t>> chosen;
  for (std::size_t query = 0; query < column.size(); ++query) {
    chosen.push_back(best_of(column.of(query), most));
  }
  return chosen;
}

/// Orders structures of equal scores where rows are not numbered in order: they change numbers
/// among each other.
void order_equals(const MoleculeStore& molecules, std::span<RankedStructure> structures) {
  std::vector<RankedStructure*> sorted;
  for (auto& one : structures) sorted.push_back(&one);
  std::ranges::sort(sorted, [](const auto* a, const auto* b) {
    return a->score != b->score ? a->score > b->score : a->row < b->row;
  });
  for (auto first = sorted.begin(); first != sorted.end();) {
    const auto last = std::find_if(first, sorted.end(), [&](const RankedStructure* one) {
      return one->score != (*first)->score;
    });
    std::vector<std::size_t> numbers;
    for (auto one = first; one != last; ++one) numbers.push_back((*one)->row);
    std::sort(first, last,
              [&](const auto* a, const auto* b) { return molecules.before(a->row, b->row); });
    for (auto number = numbers.begin(); first != last; ++first) (*first)->order = *number++;
  }
}

constexpr float kLowest = -std::numeric_limits<float>::infinity();

}  // namespace

ScoreTable score_block(ScoringBlock block, std::span<const Evidence> evidence, std::size_t rescore,
                       const RunContext& context) {
  ScoreTable table(evidence.size(), ScoreColumn(block));
  for (std::size_t i = 0; i < evidence.size(); ++i) {
    if (i == 1 && rescore > 0) block.chosen = best_of_each(table.front(), rescore);
    evidence[i].scorer->score(block, table[i], context);
  }
  return table;
}

ScoreColumn fuse(const ScoringBlock& block, const ScoreTable& table,
                 std::span<const Evidence> evidence) {
  if (table.size() == 1) return table.front();
  ScoreColumn fused(block);
  for (std::size_t query = 0; query < block.size(); ++query) {
    std::ranges::fill(fused.of(query), 0.0F);
    const float rare = best_rare_of(table, evidence, query);
    for (std::size_t i = 0; i < table.size(); ++i) {
      const bool higher = evidence[i].scorer->kind().direction == Direction::higher_is_better;
      const EvidenceWeight& weight = evidence[i].weight;
      const float sign = higher ? 1 : -1;
      if (weight.of_having) {
        add_rare_scores(table[i].of(query), weight, sign, fused.of(query));
      } else {
        const float factor = weight.of_score + weight.per_best_rare * rare;
        add_scores(table[i].of(query), sign * factor, fused.of(query));
      }
    }
  }
  return fused;
}

std::vector<float> with_worst_for_missing(std::span<const float> scores) {
  float worst = kMissing;
  for (const float score : scores) worst = std::fmin(worst, score);
  if (std::isnan(worst)) worst = 0;
  std::vector<float> values(scores.begin(), scores.end());
  for (float& value : values) value = std::isnan(value) ? worst : value;
  return values;
}

bool ranks_before(const RankedStructure& a, const RankedStructure& b) {
  return a.score != b.score ? a.score > b.score : a.order < b.order;
}

std::vector<RankedStructure> structures_of(const CandidateSet& set, std::span<const float> fused,
                                           const MoleculeStore& molecules) {
  std::vector<RankedStructure> structures;
  structures.reserve(fused.size());
  set.rows.for_each([&](std::size_t row) {
    const std::size_t place = structures.size();
    const float score = std::isnan(fused[place]) ? kLowest : fused[place];
    structures.push_back({molecules.structure(row), score, row, place, row});
  });
  keep_best_of_each(
      structures, [](const RankedStructure& one) -> const auto& { return one.structure; },
      [&](const RankedStructure& a, const RankedStructure& b) {
        if (a.score != b.score) return a.score > b.score;
        const int order = molecules.text(a.row).smiles.compare(molecules.text(b.row).smiles);
        return order != 0 ? order < 0 : a.row < b.row;
      });
  if (!molecules.numbered_in_order()) order_equals(molecules, structures);
  return structures;
}

RankedList ranked_list(const CandidateSet& set, std::vector<RankedStructure> structures,
                       const QueryScores& scores, std::size_t k) {
  RankedList list{set.status, set.message, structures.size(), {}, set.assumed, {}};
  if (k == 0 || k > structures.size()) k = structures.size();
  const std::size_t looked_at = std::min(k + 1, structures.size());  // the margin of the last
  const auto before = [](const RankedStructure& a, const RankedStructure& b) {
    return ranks_before(a, b);
  };
  std::ranges::partial_sort(structures, structures.begin() + static_cast<std::ptrdiff_t>(looked_at),
                            before);
  for (std::size_t i = 0; i < k; ++i) {
    const RankedStructure& one = structures[i];
    RankedHit& hit = list.hits.emplace_back(RankedHit{one.row, one.score});
    const bool measured = i + 1 < looked_at && structures[i + 1].score > kLowest;
    if (measured) hit.margin = one.score - structures[i + 1].score;
    if (scores.table.size() < 2) continue;
    for (const auto& column : scores.table) {
      hit.evidence.push_back(column.of(scores.place)[one.place]);
    }
  }
  return list;
}

}  // namespace specbridge
