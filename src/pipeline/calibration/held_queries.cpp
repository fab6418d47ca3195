#include "pipeline/calibration/held_queries.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <iterator>
#include <optional>
#include <span>
#include <unordered_map>
#include <unordered_set>
#include <utility>

#include "base/text.h"
#include "bridge/model_files.h"
#include "ms/input_files.h"
#include "pipeline/truths.h"
#include "search/controls.h"
#include "search/score_queries.h"
#include "search/search_parts.h"
#include "specbridge/error.h"

namespace specbridge {
namespace {

/// A calibration on what training saw would promise too much.
void check_unseen(std::span<const Query> queries, std::span<const TruthRecord> truths,
                  const std::unordered_set<std::string>& trained) {
  for (std::size_t i = 0; i < truths.size(); ++i) {
    if (!truths[i].molecule || !trained.contains(truths[i].molecule->inchikey14())) continue;
    throw InputError(
        queries[i].spectrum.origin,
        fmt::format("{}: the model was trained on this molecule ({}); expected spectra "
                    "of molecules that training did not see",
                    one_line(truths[i].name.id, 80), truths[i].molecule->inchikey14()));
  }
}

/// Candidates of one query, and their evidence by column of HeldQueries, without the products.
struct Evident {
  std::vector<RankedStructure> candidates;
  std::vector<std::vector<float>> columns;
  std::vector<float> rare;  ///< scores of the kind that most candidates lack; empty: no such kind
};

/// Scores of evidence that most candidates lack, 0 where it is missing; and whether it is there.
std::array<std::vector<float>, 2> rare_scores(std::span<const float> scores, ScoreScale scale) {
  std::array<std::vector<float>, 2> columns;
  for (const float score : scores) {
    const bool missing = std::isnan(score);
    columns[0].push_back(missing ? 0 : scaled(score, scale));
    columns[1].push_back(missing ? 0.0F : 1.0F);
  }
  return columns;
}

Evident evident(const QueryScores& scores, const CandidateSet& set, const MoleculeStore& molecules,
                std::span<const std::string> kinds) {
  Evident found;
  std::vector<std::vector<float>> having;
  for (std::size_t k = 0; k < kinds.size(); ++k) {
    const auto column = scores.table[k].of(scores.place);
    if (!is_rare(kinds[k])) {
      found.columns.push_back(with_worst_for_missing(column));
      continue;
    }
    found.rare.assign(column.begin(), column.end());
    auto [values, there] = rare_scores(column, scale_of(kinds[k]));
    found.columns.push_back(std::move(values));
    having.push_back(std::move(there));
  }
  std::ranges::move(having, std::back_inserter(found.columns));
  set.rows.for_each([&](std::size_t row) {
    found.candidates.push_back({molecules.structure(row), 0, row, found.candidates.size()});
  });
  return found;
}

/// Collects queries chunk by chunk.
class Collector {
 public:
  Collector(const CalibrateConfig& config, const Searcher& searcher)
      : parts_(searcher.parts()), batch_(config.batch), held_(searcher.evidence()) {}

  void add(std::vector<Query>& queries, std::span<const TruthRecord> truths) {
    ShownQueries shown = shown_as_they_are(*parts_.model, queries, batch_);
    if (parts_.references() != nullptr) shown.spectra = shown_spectra(queries);
    auto sets = parts_.source->candidates({queries, shown.vectors.view()}, 0);
    for (std::size_t i = 0; i < sets.size(); ++i) {
      if (truths[i].status != Status::ok) sets[i] = {truths[i].status};
      if (sets[i].status != Status::ok) ++held_.left_out[std::string(to_string(sets[i].status))];
    }
    std::vector<std::optional<Evident>> found(queries.size());
    score_queries({parts_.vectors(), parts_.molecules(), parts_.evidence, 0}, queries, sets,
                  std::span(&shown, 1), parts_.context,
                  [&](std::size_t, std::size_t query, const QueryScores& scores) {
                    found[query] = evident(scores, sets[query], parts_.molecules(), held_.kinds);
                  });
    for (std::size_t i = 0; i < found.size(); ++i) {
      if (found[i]) {
        add(std::move(queries[i]), shown.peaks[i], truths[i].molecule->inchikey14(), *found[i]);
      }
    }
  }

  HeldQueries finish() && {
    std::vector<double> spectra(molecule_of_.size());
    for (const auto& held : held_.queries) ++spectra[held.molecule];
    for (auto& held : held_.queries) held.weight = 1 / std::sqrt(spectra[held.molecule]);
    held_.molecules = molecule_of_.size();
    return std::move(held_);
  }

 private:
  void add(Query&& query, const std::vector<FragmentPeak>& peaks, const std::string& truth,
           Evident& found) {
    const StructureKey key(truth);
    if (std::ranges::find(found.candidates, key, &RankedStructure::structure) ==
        found.candidates.end()) {
      ++held_.left_out["truth_not_in_pool"];
      return;
    }
    HeldQuery held{std::move(query), peaks, key, 0, 1, held_.evidence.size(), {}};
    held.query.spectrum.peaks = {};
    held.molecule = molecule_of_.try_emplace(truth, molecule_of_.size()).first->second;
    held.best_rare = best_rare(found.rare);
    for (std::size_t i = 0; i < found.rare.size(); ++i) {
      const bool wrong = found.candidates[i].structure != key;
      if (wrong) held.best_of_wrong = std::fmax(held.best_of_wrong, found.rare[i]);
    }
    for (std::size_t i = 0; i < found.candidates.size(); ++i) {
      held_.evidence.add(row_of(found, i, held.best_rare));
    }
    held.candidates = std::move(found.candidates);
    held_.queries.push_back(std::move(held));
  }

  std::vector<double> row_of(const Evident& found, std::size_t candidate, float best) const {
    std::vector<double> row;
    for (const auto& column : found.columns) row.push_back(column[candidate]);
    if (held_.first_product == held_.columns.size()) return row;
    for (std::size_t k = 0; k < held_.kinds.size(); ++k) {
      if (!is_rare(held_.kinds[k])) row.push_back(best * row[k]);
    }
    return row;
  }

  const SearchParts& parts_;
  std::size_t batch_;
  HeldQueries held_;
  std::unordered_map<std::string, std::size_t> molecule_of_;  // by first InChIKey block
};

std::vector<std::string> with_having(const std::vector<std::string>& kinds) {
  auto columns = kinds;
  for (const auto& kind : kinds) {
    if (is_rare(kind)) columns.push_back(name_of_having(kind));
  }
  return columns;
}

std::vector<std::string> with_products(const std::vector<std::string>& kinds) {
  auto columns = with_having(kinds);
  const auto rare = std::ranges::find_if(kinds, is_rare);
  if (rare == kinds.end()) return columns;
  for (const auto& kind : kinds) {
    if (!is_rare(kind)) columns.push_back(name_of_gain(kind, *rare));
  }
  return columns;
}

}  // namespace

HeldQueries::HeldQueries(std::vector<std::string> names)
    : kinds(std::move(names)),
      columns(with_products(kinds)),
      first_product(with_having(kinds).size()),
      evidence(columns.size()) {}

HeldQueries read_held_queries(const CalibrateConfig& config, const Searcher& searcher,
                              const RunContext& context) {
  const auto trained = read_training_molecules(config.model);
  Collector collector(config, searcher);
  QueryStream stream(files_of({config.spectra, config.format}, context), config.format,
                     searcher.parts().rules);
  for_each_chunk(stream, Structures::read, context, [&](std::vector<Query>& queries) {
    const auto truths = truths_of(queries);
    check_unseen(queries, truths, trained);
    collector.add(queries, truths);
    context.progress("weighing evidence", stream.queries(), 0);
  });
  return std::move(collector).finish();
}

}  // namespace specbridge
