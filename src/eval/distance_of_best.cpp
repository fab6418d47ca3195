#include "eval/distance_of_best.h"

#include <algorithm>
#include <optional>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <variant>
#include <vector>

#include "base/parallel.h"
#include "mces/batch.h"
#include "specbridge/mces_options.h"
#include "specbridge/tie_rule.h"

namespace specbridge {
namespace {

constexpr std::size_t kChunkQueries = 1024;  // whose graphs are in memory together

/// Graphs by the text of their SMILES; nothing for a text that is no molecule.
using Graphs = std::unordered_map<std::string_view, std::optional<MoleculeGraph>>;

std::optional<MoleculeGraph> standardised_graph(std::string_view smiles) {
  const auto molecule = standardize(smiles);
  if (std::holds_alternative<Rejection>(molecule)) return std::nullopt;
  auto graph = read_molecule_graph(std::get<Molecule>(molecule).smiles());
  if (std::holds_alternative<Rejection>(graph)) return std::nullopt;
  return std::get<MoleculeGraph>(std::move(graph));
}

/// SMILES of the structures that share the best score, that of the truth in front.
std::vector<std::string_view> first_of(const QueryResult& result) {
  std::vector<std::string_view> smiles(result.first.others.begin(), result.first.others.end());
  if (result.first.truth) smiles.insert(smiles.begin(), *result.first.truth);
  return smiles;
}

Graphs read_graphs(std::span<const QueryResult> results, const RunContext& context) {
  Graphs graphs;
  std::vector<Graphs::value_type*> work;
  const auto want = [&](std::string_view smiles) {
    const auto [place, is_new] = graphs.try_emplace(smiles);
    if (is_new) work.push_back(&*place);
  };
  for (const auto& result : results) {
    const auto compared = first_of(result);
    for (const auto smiles : compared) want(smiles);
    if (!compared.empty()) want(result.truth_smiles);
  }
  parallel_for(work.size(), context.threads, [&](std::size_t i) {
    context.check_interrupt();
    work[i]->second = standardised_graph(work[i]->first);
  });
  return graphs;
}

/// The pairs of a query; none when one of its structures has no graph.
std::vector<McesPair> pairs_of(const QueryResult& result, const Graphs& graphs) {
  std::vector<McesPair> pairs;
  const auto compared = first_of(result);
  if (compared.empty()) return pairs;
  const auto& truth = graphs.at(result.truth_smiles);
  for (const auto smiles : compared) {
    const auto& first = graphs.at(smiles);
    if (!truth || !first) return {};
    pairs.push_back({&*truth, &*first});
  }
  return pairs;
}

/// What the rule makes of several distances, nearness being a similarity.
/// @param timed of first_of() the place
FirstSimilarity nearness_under(const FirstPlace& place, std::span<const TimedMces> timed,
                               double McesResult::*value, TieRule ties) {
  std::vector<double> nearness;
  for (const auto& [result, milliseconds] : timed) nearness.push_back(-(result.*value));
  std::span<const double> others(nearness);
  std::optional<double> truth;
  if (place.truth) {
    truth = others.front();
    others = others.subspan(1);
  }
  return first_similarity(truth, others, place.tied, ties);
}

FirstDistance combined(const FirstPlace& place, std::span<const TimedMces> timed, TieRule ties) {
  const auto distance = [](double nearness) { return -nearness + 0.0; };  // no negative zero
  const auto combine = [&](double McesResult::*value) {
    return nearness_under(place, timed, value, ties);
  };
  FirstDistance first;
  const FirstSimilarity nearness = combine(&McesResult::distance);
  first.distance = distance(nearness.value);
  if (nearness.on_miss) first.on_miss = distance(*nearness.on_miss);
  first.lower = distance(combine(&McesResult::lower).value);
  first.upper = distance(combine(&McesResult::upper).value);
  for (const auto& [result, milliseconds] : timed) {
    first.exact = first.exact && result.exact;
    first.capped = first.capped || result.capped;
  }
  return first;
}

void compare_chunk(std::span<QueryResult> results, McesBatch& batch, TieRule ties,
                   const RunContext& context) {
  const Graphs graphs = read_graphs(results, context);
  std::vector<McesPair> pairs;
  std::vector<std::size_t> count;
  for (const auto& result : results) {
    const auto own = pairs_of(result, graphs);
    pairs.insert(pairs.end(), own.begin(), own.end());
    count.push_back(own.size());
  }
  const auto timed = batch.run(pairs, context);
  std::span<const TimedMces> rest(timed);
  for (std::size_t i = 0; i < results.size(); ++i) {
    if (count[i] > 0) results[i].mces = combined(results[i].first, rest.first(count[i]), ties);
    rest = rest.subspan(count[i]);
  }
}

}  // namespace

void add_first_distances(std::span<QueryResult> results, const McesOptions& options, TieRule ties,
                         const RunContext& context) {
  check_mces_options(options);
  McesBatch batch(options);
  for (std::size_t first = 0; first < results.size(); first += kChunkQueries) {
    context.progress("comparing first structures", first, results.size());
    const auto chunk = results.subspan(first, std::min(kChunkQueries, results.size() - first));
    compare_chunk(chunk, batch, ties, context);
  }
}

}  // namespace specbridge
