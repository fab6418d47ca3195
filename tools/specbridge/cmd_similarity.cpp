#include <fmt/format.h>
#include <unistd.h>

#include <memory>

#include "base/text.h"
#include "commands.h"
#include "shipped_model.h"
#include "specbridge/error.h"
#include "specbridge/similarity.h"
#include "store/paths.h"

namespace specbridge::tool {
namespace {

struct SimilarityCommand {
  SimilarityConfig config;
  std::optional<std::string> precursor_tolerance;
  bool open = false;
};

std::string summary_of(const SimilarityConfig& config, const SimilarityReport& report) {
  std::string text = counted(report.queries, "spectrum", "spectra");
  text += config.references
              ? fmt::format(" against {}", counted(report.references, "spectrum", "spectra"))
              : " among themselves";
  text += fmt::format(": {} compared, {} in the table", counted(report.compared, "pair"),
                      with_thousands(report.rows));
  if (!report.without.empty()) text += fmt::format("; without: {}", counts_text(report.without));
  if (report.ms1_scans > 0) {
    text += fmt::format("; {} passed over", counted(report.ms1_scans, "MS1 scan"));
  }
  if (config.out == "-") return text;
  return text + fmt::format("; similarities in {}", config.out.string());
}

bool asks_for_vectors(const SimilarityConfig& config) {
  return std::ranges::find(config.scores, "vector") != config.scores.end();
}

void run(SimilarityCommand& options, CommonOptions& common) {
  SimilarityConfig& config = options.config;
  config.existing = common.existing();
  if (options.open) config.mode = PairMode::open;
  if (config.pairs) config.mode = PairMode::listed;
  if (options.precursor_tolerance) {
    config.precursor_tolerance = parse_tolerance(*options.precursor_tolerance);
  }
  if (descriptor_of(config.out) == STDOUT_FILENO) config.out = "-";
  if (common.json && config.out == "-") {
    throw UsageError("similarity: --json and -o - both want standard output");
  }
  const RunContext context = common.context(config.out);
  ChosenModel model;
  if (asks_for_vectors(config)) {
    model = chosen_model(config.model);
    config.model = model.path;
  } else if (!config.model.empty()) {
    throw UsageError("similarity: --model is for --score vector; leave it out or ask for it");
  }
  const SimilarityReport report = run_similarity(config, context);
  if (common.json) common.console->print(to_json(report));
  common.console->summary(summary_of(config, report) + closing_words(model));
}

void add_scores(CLI::App& command, SimilarityConfig& config) {
  auto* scores = command
                     .add_option("--score", config.scores,
                                 "How alike two spectra are: cosine, cosine_hungarian, "
                                 "cosine_linear, modified_cosine, modified_cosine_hungarian, "
                                 "neutral_losses, entropy, entropy_unweighted, entropy_hybrid, "
                                 "weighted_cosine, stein_scott, reverse, or vector (of --model); "
                                 "several with commas, the first decides which pairs are listed")
                     ->delimiter(',')
                     ->capture_default_str();
  tell(scores, "NAME");
  command
      .add_option("--preset", config.preset,
                  "A score with all its settings: gnps (modified cosine of square roots, 6 peaks "
                  "from 0.7), massbank (weighted cosine, 0.3 Da, 3 peaks), entropy (as Flash "
                  "entropy search cleans peaks); of electron ionisation, at whole masses: ei "
                  "(weighted cosine), nist, stein-scott (composites)")
      ->check(CLI::IsMember({"gnps", "massbank", "entropy", "ei", "nist", "stein-scott"}))
      ->type_name("NAME")
      ->excludes(scores);
  add_model(command, config.model, "Model directory made by specbridge train, for --score vector");
}

void add_settings(CLI::App& command, SimilaritySettings& settings) {
  constexpr const char* kGroup = "Peaks";
  const auto add = [&](const char* name, auto& value, const char* help, const char* type) {
    auto* option = command.add_option(name, value, help);
    tell(option, type, kGroup);
    return option;
  };
  auto* tolerance = command.add_option_function<std::string>(
      "--tolerance",
      [&settings](const std::string& text) { settings.tolerance = parse_tolerance(text); },
      "How far the m/z of two peaks may differ that are one, e.g. 0.01Da or 20ppm (default: "
      "0.02Da)");
  tell(tolerance, "WIDTH", kGroup);
  auto* unit_mass = command.add_option_function<std::string>(
      "--unit-mass",
      [&settings](const std::string& name) { settings.unit_mass = parse_unit_mass(name); },
      "Whole m/z: round (to the nearest) or truncate; peaks of one become one with their sum "
      "(default: none)");
  unit_mass->check(CLI::IsMember({"none", "round", "truncate"}));
  tell(unit_mass, "round|truncate", kGroup);
  add("--noise", settings.noise_floor,
      "Drop peaks below this share of the base peak (default: 0; entropy: 0.01)", "X")
      ->check(CLI::Range(0.0, 1.0));
  add("--max-peaks", settings.max_peaks, "Keep so many of the most intense peaks (default: all)",
      "N")
      ->check(CLI::Range(0, 1'000'000));
  add("--below-precursor", settings.below_precursor,
      "Drop peaks above the precursor m/z less this many Da, e.g. 1.6", "X");
  add("--around-precursor", settings.around_precursor,
      "Drop peaks within so many Da of the precursor m/z, e.g. 17", "X")
      ->check(CLI::NonNegativeNumber);
  add("--mz-power", settings.mz_power,
      "Weight of a peak: m/z to this power (default: 0; weighted_cosine 2, stein_scott 3)", "X");
  add("--intensity-power", settings.intensity_power,
      "times intensity to this power (default: 1; weighted_cosine and stein_scott 0.5)", "X");
}

void add_pairs(CLI::App& command, SimilarityCommand& options) {
  SimilarityConfig& config = options.config;
  constexpr const char* kGroup = "Pairs";
  auto* tolerance =
      command.add_option("--precursor-tolerance", options.precursor_tolerance,
                         "Compare spectra whose precursor m/z agree within this (default: 10ppm)");
  tell(tolerance, "WIDTH", kGroup);
  auto* open = command.add_flag("--open", options.open, "Compare all, whatever their precursors");
  open->group(kGroup)->excludes(tolerance);
  auto* pairs = command.add_option(
      "--pairs", config.pairs,
      "Compare the pairs of a table with the columns query_index and reference_index (from 0, MS1 "
      "scans not counted); every one gets a row");
  tell(pairs, "FILE", kGroup);
  pairs->excludes(tolerance)->excludes(open);
  auto* matched = command
                      .add_option("--min-matched", config.settings.min_matched,
                                  "List pairs with at least so many matched peaks (default: 1)")
                      ->check(CLI::Range(0, 1'000'000));
  tell(matched, "N", kGroup);
  auto* score = command.add_option("--min-score", config.settings.min_score,
                                   "List pairs whose score is at least this (default: 0)");
  tell(score, "X", kGroup);
  auto* k =
      command
          .add_option("-k,--k", config.k, "List so many references of each query, the best; 0: all")
          ->check(CLI::Range(0, 1'000'000'000))
          ->capture_default_str();
  tell(k, "N", kGroup);
  for (auto* option : {matched, score, k}) pairs->excludes(option);
}

}  // namespace

void add_similarity(CLI::App& app, CommonOptions& common, Action& action) {
  auto options = std::make_shared<SimilarityCommand>();
  auto& config = options->config;
  CLI::App& command = *app.add_subcommand(
      "similarity", "Compare spectra with spectra: cosine, modified cosine, entropy and others");
  command.add_option("queries", config.queries, spectra_help())->required()->type_name("QUERIES");
  command
      .add_option("references", config.references,
                  "What they are compared with, in the same formats; without it the queries are "
                  "compared among themselves, no record with itself")
      ->type_name("REFERENCES");
  tell(command
           .add_option("-o,--out", config.out,
                       "Table of pairs to write (TSV); pairs.records.tsv beside pairs.tsv has a "
                       "line for every spectrum; - writes standard output, the pairs only")
           ->required(),
       "FILE");
  add_scores(command, config);
  add_pairs(command, *options);
  add_settings(command, config.settings);
  add_in_format(command, config.format);
  common.add_networks(command);
  common.add_force(command);
  common.add_basic(command);
  command.footer(
      "Spectra of different polarity are not compared. Columns: query_id query_index reference_id "
      "reference_index precursor_difference score matched_peaks, and score_NAME matched_peaks_NAME "
      "for further scores. Of one file, every pair stands once, as an edge of a molecular network; "
      "with -k every spectrum has its own best. <out>.run.json states the rule of every score. "
      "docs/method/similarity.md defines them.\n"
      "Example:\n"
      "  specbridge similarity query.mgf library.msp --score entropy -k 5 -o pairs.tsv\n"
      "  specbridge similarity query.mgf --open --preset gnps -o edges.tsv");
  command.callback(
      [options, &common, &action] { action = [options, &common] { run(*options, common); }; });
}

}  // namespace specbridge::tool
