#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <vector>

#include "fragments/peaks.h"
#include "search/ranker.h"
#include "specbridge/calibrate.h"
#include "specbridge/query.h"
#include "specbridge/searcher.h"
#include "stats/choice_model.h"

namespace specbridge {

/// A spectrum of known structure that training did not see, with its candidates.
struct HeldQuery {
  Query query;  ///< without its peaks
  std::vector<FragmentPeak> peaks;
  StructureKey truth;
  std::size_t molecule = 0;                 ///< number of the truth among all
  double weight = 1;                        ///< 1 / root of the molecule's number of spectra
  std::size_t first = 0;                    ///< row of the first candidate in HeldQueries::evidence
  std::vector<RankedStructure> candidates;  ///< one or several of a structure; scores are 0
  float best_rare = 0;                      ///< best_rare() of the candidates
  float best_of_wrong = 0;                  ///< the same of those that are not the truth
};

/// Queries that have their truth among their candidates.
struct HeldQueries {
  explicit HeldQueries(std::vector<std::string> kinds);

  std::vector<std::string> kinds;  ///< of evidence
  /// What is weighed: the kinds; whether candidates have those that most lack; and the others times
  /// the best score that a candidate of the query has of these.
  std::vector<std::string> columns;
  std::size_t first_product = 0;  ///< place of the first of the last
  /// Of candidates, by column. What is missing stands as the worst of its query, or as 0 where
  /// having it is weighed.
  AlternativeTable evidence;
  std::vector<HeldQuery> queries;
  std::size_t molecules = 0;
  std::map<std::string, std::size_t> left_out;  ///< others, by reason
};

/// Asks a searcher for all candidates of all spectra, with all evidence.
/// @throws InputError for a spectrum of a molecule that the model was trained on
HeldQueries read_held_queries(const CalibrateConfig& config, const Searcher& searcher,
                              const RunContext& context);

}  // namespace specbridge
