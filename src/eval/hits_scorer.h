#pragma once

#include <cstddef>
#include <filesystem>
#include <string>
#include <vector>

#include "eval/scoring.h"
#include "specbridge/context.h"

namespace specbridge {

/// One result for every truth, in the order of the truths, and sentences for the reader of the
/// report.
struct HitsScores {
  std::vector<QueryResult> results;
  std::vector<std::string> notes;
};

/// Scores hits tables of any program against truths, without a model.
class HitsScorer {
 public:
  /// @throws std::logic_error when two truths have one query_index
  explicit HitsScorer(std::vector<TruthRecord> truths, PoolScoring scoring = {});

  /// Reads a table, or the tables of a folder (hits_files()), once; memory does not grow with its
  /// length but where other programs may leave rows of one query apart. Structures are told as the
  /// rules say; an empty inchikey14 is made from the SMILES (one that cannot be read is a structure
  /// of its own); they are ordered by score, without scores by rank. A list is complete when it
  /// holds as many structures as its `candidates` say.
  /// @throws InputError with the line: a malformed row, what QueryPlaces refuses, rows of one query
  /// that stand apart, a structure without score and rank, one without SMILES where structures are
  /// told by it
  HitsScores score(const std::filesystem::path& hits, const RunContext& context) const;

 private:
  std::vector<TruthRecord> truths_;
  PoolScoring scoring_;
};

/// The tables that a name stands for: itself, or of a folder what ends in .csv, .tsv, .txt, .tab
/// (.gz), by name; links that lead nowhere and pipes are warned of. @throws InputError for a folder
/// without any
std::vector<std::filesystem::path> hits_files(const std::filesystem::path& hits,
                                              const RunContext& context = {});

}  // namespace specbridge
