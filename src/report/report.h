#pragma once

#include <cstddef>
#include <filesystem>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "eval/analyses.h"
#include "eval/certainty_report.h"
#include "eval/scoring.h"
#include "mces/mces.h"
#include "stats/bootstrap.h"

#include "specbridge/eval_settings.h"
#include "specbridge/tie_rule.h"

namespace specbridge {

/// Intervals of the figures of a Metrics that have a value.
struct MetricIntervals {
  std::map<std::size_t, ResampledFigure> recall;
  std::optional<ResampledFigure> mrr, tanimoto, mces, mces_on_misses;
};

/// Queries whose truth shares its score with others, and what the figures would be if it stood
/// behind or in front of them.
struct TieReport {
  std::size_t queries = 0;
  Metrics worst, best;
};

/// Similarity of the first structure to the truth.
struct SimilarityReport {
  std::size_t queries = 0;  ///< with a first structure whose SMILES is known
  std::size_t misses = 0;   ///< those of them whose truth is not first, or not in all orders
  std::optional<double> on_misses;  ///< as Metrics::mces_on_misses counts
};

/// The same queries in another table. The difference of the distance on misses is without value:
/// each table has misses of its own, so that there is no pair of them to compare.
struct Comparison {
  Metrics other;
  Metrics difference;  ///< ours less the other's
  MetricIntervals intervals;
  Metrics macro_difference;
  MetricIntervals macro_intervals;
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
  ReportSettings settings;
  MetricIntervals intervals;
  std::size_t molecules = 0;  ///< distinct truths; a query without structure is one of its own
  Metrics macro;              ///< mean over molecules of the mean over their spectra
  MetricIntervals macro_intervals;
  TieReport ties;
  SimilarityReport similarity;
  Analyses analyses;
  std::optional<Comparison> against;
  std::optional<CertaintyReport> certainty;  ///< of a model that gives probabilities
  PoolSizes pools;
  std::vector<std::pair<std::string, Metrics>> controls;  ///< e.g. "zeroed": spectra without peaks
  std::vector<InputFile> inputs;
  std::vector<std::string> notes;
};

/// Counts, metrics with intervals, random baseline, pool sizes, analyses, and notes on what the
/// numbers leave open.
EvaluationReport summarize(std::span<const QueryResult> results,
                           const ReportSettings& settings = {});

/// "truth in the pool: 58 of 60 queries".
/// @param unknown queries whose list ends before their pool does, without the truth
std::string truths_in_pools(std::size_t inside, std::size_t queries, std::size_t unknown = 0);

/// The notes of the report, and what its analyses left out.
std::vector<std::string> all_notes(const EvaluationReport& report);

/// An input with its fingerprint. @throws InputError when the file cannot be read
InputFile fingerprint(std::string role, const std::filesystem::path& path);
/// The same of several files; what came through a pipe ("-") is gone and has none.
std::vector<InputFile> fingerprints(const std::string& role,
                                    const std::vector<std::filesystem::path>& files);
/// Adds a model and a library, where there are any, by their manifests.
void add_artifacts(const std::optional<std::filesystem::path>& model,
                   const std::optional<std::filesystem::path>& library,
                   std::vector<InputFile>& inputs);

}  // namespace specbridge
