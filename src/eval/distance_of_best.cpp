#include "eval/distance_of_best.h"

#include <algorithm>
#include <optional>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <variant>
#include <vector>

#include "chem/graphs/molecule_graph.h"
#include "chem/smiles_cache.h"
#include "mces/batch.h"
#include "specbridge/mces_options.h"
#include "specbridge/tie_rule.h"

namespace specbridge {
namespace {

constexpr std::size_t kGraphsKept = 16'384;  // some KiB each
constexpr std::size_t kChunkQueries = 1024;  // whose graphs are in memory together

/// A standardised structure: what tells it from others, and its graph.
struct KeyedGraph {
  std::string inchikey14;
  MoleculeGraph graph;
};

/// Structures by their SMILES; nothing for a text that is no molecule.
using Graphs = SmilesCache<std::optional<KeyedGraph>>;
using Graph = std::shared_ptr<const std::optional<KeyedGraph>>;

std::optional<KeyedGraph> standardised_graph(std::string_view smiles) {
  const auto result = standardize(smiles);
  const auto* molecule = std::get_if<Molecule>(&result);
  if (molecule == nullptr) return std::nullopt;
  auto graph = read_molecule_graph(molecule->smiles());
  if (std::holds_alternative<Rejection>(graph)) return std::nullopt;
  return KeyedGraph{molecule->inchikey14(), std::get<MoleculeGraph>(std::move(graph))};
}

bool has_first(const QueryResult& result) {
  return result.first.truth || !result.first.others.empty();
}

void read_graphs(std::span<const QueryResult> results, Graphs& graphs, const RunContext& context) {
  std::vector<std::string_view> texts;
  for (const auto& result : results) {
    texts.insert(texts.end(), result.first.others.begin(), result.first.others.end());
    if (has_first(result)) texts.push_back(result.truth_smiles);
  }
  graphs.learn(texts, context);
}

/// The pairs of a query, that of the truth in front; none when one of its structures has no graph.
/// The truth in another tautomer's spelling, one InChIKey block, is compared with itself: a right
/// answer has no distance.
/// @param held keeps what the pairs refer to
std::vector<McesPair> pairs_of(const QueryResult& result, Graphs& graphs,
                               std::vector<Graph>& held) {
  std::vector<McesPair> pairs;
  if (!has_first(result)) return pairs;
  const Graph truth = held.emplace_back(graphs.of(result.truth_smiles));
  if (!*truth) return {};
  const MoleculeGraph* own = &(*truth)->graph;
  if (result.first.truth) pairs.push_back({own, own});
  for (const auto& smiles : result.first.others) {
    const Graph other = held.emplace_back(graphs.of(smiles));
    if (!*other) return {};
    const bool same = (*other)->inchikey14 == (*truth)->inchikey14;
    pairs.push_back({own, same ? own : &(*other)->graph});
  }
  return pairs;
}

/// What the rule makes of several distances, nearness being a similarity.
/// @param timed of pairs_of() the query
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

void compare_chunk(std::span<QueryResult> results, Graphs& graphs, McesBatch& batch, TieRule ties,
                   const RunContext& context) {
  read_graphs(results, graphs, context);
  std::vector<Graph> held;
  std::vector<McesPair> pairs;
  std::vector<std::size_t> count;
  for (const auto& result : results) {
    const auto own = pairs_of(result, graphs, held);
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
  Graphs graphs(standardised_graph, kGraphsKept);
  McesBatch batch(options);
  for (std::size_t first = 0; first < results.size(); first += kChunkQueries) {
    context.progress("comparing first structures", first, results.size());
    const auto chunk = results.subspan(first, std::min(kChunkQueries, results.size() - first));
    compare_chunk(chunk, graphs, batch, ties, context);
  }
}

}  // namespace specbridge
