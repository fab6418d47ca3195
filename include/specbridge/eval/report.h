#pragma once

#include <cstddef>
#include <filesystem>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "specbridge/eval/scoring.h"

namespace specbridge {

/// Recall by cutoff and mean reciprocal rank. A recall without value cannot be known.
struct Metrics {
  std::map<std::size_t, std::optional<double>> recall;
  double mrr = 0;
};

/// Structures per pool, over the queries that have one.
struct PoolSizes {
  double mean = 0, median = 0;
  std::size_t max = 0;
};

/// A file that the evaluation read.
struct InputFile {
  std::string role;  ///< "spectra", "hits", "candidates", "model", ...
  std::string path;
  std::string sha256;
};

/// What report.json holds.
struct EvaluationReport {
  std::size_t queries = 0;
  std::size_t evaluated = 0;                  ///< queries with a rank
  std::map<std::string, std::size_t> missed;  ///< the others, by status
  Metrics metrics;                            ///< every query is in every denominator
  Metrics random;  ///< what a random order of the same pools gives on average
  PoolSizes pools;
  std::vector<std::pair<std::string, Metrics>> controls;  ///< e.g. "zeroed": spectra without peaks
  std::vector<InputFile> inputs;
  std::vector<std::string> notes;
};

/// Recall@K and MRR. A recall is without value where a ranked list ends before K and is not
/// complete.
Metrics measure(std::span<const QueryResult> results,
                const std::vector<std::size_t>& cutoffs = {1, 5, 20});

/// Counts, metrics, random baseline, pool sizes, and notes on what the numbers leave open.
EvaluationReport summarize(std::span<const QueryResult> results,
                           const std::vector<std::size_t>& cutoffs = {1, 5, 20});

/// An input with its fingerprint. @throws InputError when the file cannot be read
InputFile fingerprint(std::string role, const std::filesystem::path& path);

/// The header line of ranks.tsv, with its line end.
std::string ranks_header();
/// One row of ranks.tsv, with its line end; absent values are empty.
std::string to_line(const QueryResult& result);
/// @throws OutputError
void write_ranks(const std::filesystem::path& path, std::span<const QueryResult> results);

/// The text of report.json.
std::string to_json(const EvaluationReport& report);
/// The same for people: an aligned table with counts below.
std::string to_table(const EvaluationReport& report);

}  // namespace specbridge
