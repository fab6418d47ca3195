#pragma once

#include <cstddef>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "specbridge/context.h"
#include "specbridge/control.h"
#include "specbridge/eval_settings.h"
#include "specbridge/existing.h"
#include "specbridge/searcher.h"
#include "specbridge/spectrum_reader.h"

namespace specbridge {

/// Whether candidates are ranked by their nearness to the molecules a model was trained on, too.
enum class NearnessRun { skip, rank };

/// What `specbridge eval` is asked for: a hits table with its truth, or a model with spectra and
/// pools.
struct EvalConfig {
  std::optional<std::filesystem::path> hits;
  std::vector<std::filesystem::path> truth;  ///< spectra with SMILES, in the order of the search
  std::optional<std::filesystem::path> model;
  std::vector<std::filesystem::path> spectra;
  std::optional<SpectrumFormat> format;  ///< of truth or spectra; absent: told by content
  std::optional<std::filesystem::path> candidates;
  std::optional<std::filesystem::path> library;  ///< vectors to reuse
  std::optional<RankBy> rank_by;  ///< what a model ranks by; nothing: see SearchSources
  std::optional<ReferenceSources> references = {};   ///< library spectra, as further evidence
  std::optional<GenerationSources> generation = {};  ///< the decoder, as further evidence
  std::vector<Control> controls = {Control::none};   ///< the first is the report's own run
  NearnessRun nearness = NearnessRun::skip;  ///< controls nearest_training, prior, prior_and_model
  std::optional<std::filesystem::path> against;  ///< a second hits table to compare with
  std::vector<std::filesystem::path> training;   ///< spectra a model was trained on, if known
  ReportSettings settings;                       ///< seed and threads come from the context
  HardnessRun hardness = HardnessRun::skip;
  std::filesystem::path out;
  std::size_t batch = 256;
  Existing existing = Existing::refuse;
};

/// What came of an evaluation.
struct EvalReport {
  std::string json;   ///< the text of report.json
  std::string table;  ///< the same for people: an aligned table with counts below
};

/// Writes report.json, report.html and ranks.tsv into a directory and returns the report.
/// @throws UsageError, InputError, ArtifactError, OutputError, ResourceError
EvalReport run_eval(const EvalConfig& config, const RunContext& context);

}  // namespace specbridge
