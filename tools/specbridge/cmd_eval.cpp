#include <fmt/format.h>

#include <memory>

#include "base/text.h"
#include "commands.h"
#include "generation_options.h"
#include "reference_options.h"
#include "specbridge/control.h"
#include "specbridge/error.h"
#include "specbridge/eval.h"
#include "specbridge/eval_settings.h"

namespace specbridge::tool {
namespace {

struct EvalCommand {
  EvalConfig config;
  std::string controls = "none";
  std::string ties = "worst", identity = "inchikey14", resampled = "molecules", protocol;
  std::string mces = "15";
  bool hardness = false;
  ReferenceOptions references;
  GenerationOptions generation;
};

/// The preset if one is named, else the rules as given.
void set_rules(const EvalCommand& options, ReportSettings& settings) {
  if (!options.protocol.empty() && options.protocol != "massspecgym") {
    throw UsageError(
        fmt::format("--protocol: found \"{}\", expected massspecgym", options.protocol));
  }
  if (!options.protocol.empty()) {
    const ReportSettings preset = massspecgym_settings();
    settings.protocol = preset.protocol;
    settings.rules = preset.rules;
    settings.ties = preset.ties;
    settings.resampled = preset.resampled;
    return;
  }
  settings.rules.identity = parse_identity(options.identity);
  settings.ties = parse_tie_rule(options.ties);
  settings.resampled = parse_resampled(options.resampled);
}

void run(EvalCommand& options, CommonOptions& common) {
  EvalConfig& config = options.config;
  set_rules(options, config.settings);
  config.references = references_of(options.references, "eval");
  config.generation = generation_of(options.generation);
  if (options.mces != "none") {
    config.settings.mces.emplace();
    config.settings.mces->threshold = parse_mces_threshold("--mces", options.mces);
  }
  config.hardness = options.hardness ? HardnessRun::measure : HardnessRun::skip;
  config.controls.clear();
  for (const auto name : split(options.controls, ',')) {
    if (trim(name) == "nearest") {
      config.nearness = NearnessRun::rank;
      continue;
    }
    const Control control = parse_control(std::string(trim(name)));
    if (std::ranges::find(config.controls, control) != config.controls.end()) {
      throw UsageError(fmt::format("--control: \"{}\" is given twice", to_string(control)));
    }
    config.controls.push_back(control);
  }
  if (config.controls.empty()) config.controls = {Control::none};
  config.existing = common.existing();
  const EvalReport report = run_eval(config, common.context());
  common.console->print(common.json ? report.json : report.table);
  common.console->summary(fmt::format("report in {}", (config.out / "report.html").string()));
}

void add_inputs(CLI::App& command, EvalCommand& options) {
  auto& config = options.config;
  constexpr const char* kHits = "A table of hits";
  constexpr const char* kModel = "Or a model";
  auto* hits = command.add_option("--hits", config.hits,
                                  "Table of hits of any program: query_index or query_id, smiles "
                                  "or inchikey14, score or rank, or what SIRIUS, MetFrag, "
                                  "MS2Query and GNPS call them");
  tell(hits, "FILE", kHits);
  tell(command.add_option("--truth", config.truth, "Spectra with SMILES, as they were searched")
           ->needs(hits),
       "FILE", kHits);
  tell(command
           .add_option("--against", config.against,
                       "A second table of hits of the same queries: the difference, with intervals")
           ->needs(hits),
       "FILE", kHits);
  auto* model = command.add_option("--model", config.model, "Model directory")->excludes(hits);
  tell(model, "DIR", kModel);
  tell(command.add_option("--spectra", config.spectra, labelled_help())->needs(model), "FILE",
       kModel);
  tell(command.add_option("--candidates", config.candidates, kPoolsHelp)->needs(model), "FILE",
       kModel);
  tell(command.add_option("--library", config.library, "Library whose vectors are reused")
           ->needs(model),
       "DIR", kModel);
  add_rank_by(command, config.rank_by)->needs(model)->group(kModel);
  add_references(command, options.references);
  add_generation_options(command, options.generation);
  command
      .add_option(
          "--control", options.controls,
          "What the model is shown: none (the spectrum), zeroed (peaks of intensity 0), flat (all "
          "peaks equally intense: what m/z alone give), precursor (nothing else), swapped (another "
          "molecule's spectrum of the same ion mode), isomer (an isomer's, where there is one), "
          "mean (the mean training target), untold (the spectrum, but the decoder of --rerank is "
          "not "
          "told the truth among the candidates); several with commas, the first is the report's "
          "own. nearest adds three that see candidates "
          "alone: ranked by the nearest training molecule, by a prior of three such numbers, and "
          "by that prior and the model")
      ->capture_default_str()
      ->type_name("LIST")
      ->group(kModel);
}

void add_measures(CLI::App& command, EvalCommand& options) {
  constexpr const char* kGroup = "What is measured";
  command.add_option("--cutoffs", options.config.settings.cutoffs, "K of Recall@K")
      ->delimiter(',')
      ->check(CLI::Range(1, 1'000'000))
      ->capture_default_str()
      ->type_name("K,K...")
      ->group(kGroup);
  command
      .add_option("--mces", options.mces,
                  "MCES@1, the distance of first structures to their truths: a threshold up to "
                  "which it is exact (myopic MCES; the field reports 15), exact, or none")
      ->capture_default_str()
      ->type_name("N|exact|none")
      ->group(kGroup);
  tell(command.add_option("--training", options.config.training,
                          "MGF files a model was trained on: figures by similarity to the nearest "
                          "training molecule"),
       "FILE", kGroup);
  command
      .add_flag("--hardness", options.hardness,
                "Compare every candidate with its truth: figures by the nearest decoy")
      ->group(kGroup);
  command
      .add_option("--pool-sizes", options.config.settings.pool_sizes,
                  "Sizes of the pool-size sweep; without: powers of two up to the largest pool")
      ->delimiter(',')
      ->check(CLI::Range(1, 1'000'000'000))
      ->type_name("N,N...")
      ->group(kGroup);
}

void add_rules(CLI::App& command, EvalCommand& options) {
  constexpr const char* kGroup = "How it is counted";
  auto& settings = options.config.settings;
  auto* ties = command.add_option("--ties", options.ties,
                                  "Where the truth stands among equal scores; expected is the "
                                  "mean over all orders");
  auto* identity = command.add_option("--identity", options.identity,
                                      "What makes two candidates one structure: the first "
                                      "InChIKey block, or the standardised SMILES");
  auto* resampled = command.add_option("--resample", options.resampled,
                                       "What the intervals draw anew: molecules with all their "
                                       "spectra, or spectra");
  tell(ties->capture_default_str(), "worst|expected|best", kGroup);
  tell(identity->capture_default_str(), "inchikey14|smiles", kGroup);
  tell(resampled->capture_default_str(), "molecules|spectra", kGroup);
  command
      .add_option(
          "--protocol", options.protocol,
          "A field's own convention instead: massspecgym (rows of a table as they stand; pools of "
          "--model are standardised first); the report says what it hides")
      ->excludes(ties)
      ->excludes(identity)
      ->excludes(resampled)
      ->type_name("NAME")
      ->group(kGroup);
  command
      .add_option("--resamples", settings.bootstrap.resamples,
                  "Draws of the bootstrap behind the intervals; 0: no intervals")
      ->check(CLI::Range(0, 10'000'000))
      ->capture_default_str()
      ->group(kGroup);
}

}  // namespace

void add_eval(CLI::App& app, CommonOptions& common, Action& action) {
  auto options = std::make_shared<EvalCommand>();
  auto& config = options->config;
  CLI::App& command = *app.add_subcommand(
      "eval",
      "Measure Recall@K, MRR and MCES@1: hits and truth, or model, spectra and pools -> report");
  tell(command
           .add_option("-o,--out", config.out,
                       "Directory for report.html, report.json and ranks.tsv")
           ->required(),
       "DIR");
  add_inputs(command, *options);
  add_in_format(command, config.format);
  common.needs[&command] = {{"", {"--hits", "--model"}},
                            {"--hits", {"--truth"}},
                            {"--model", {"--spectra"}},
                            {"--model", {"--candidates"}}};
  add_measures(command, *options);
  add_rules(command, *options);
  command.add_option("--batch", config.batch, "Spectra in work at a time; never changes a result")
      ->check(CLI::Range(1, 1 << 20))
      ->capture_default_str();
  common.add_seed(command, "Seed of the draws behind the intervals");
  common.add_networks(command);
  common.add_force(command);
  common.add_basic(command);
  command.footer(
      "Every spectrum counts in every denominator; ties and missing truths count against the "
      "model; equal structures are those with one first InChIKey block. The random column is the "
      "exact expectation for the very same pools, the molecules column the mean over molecules "
      "of the mean over their spectra.\n"
      "Examples:\n"
      "  specbridge eval --hits hits.tsv --truth val.mgf.gz -o report/\n"
      "  specbridge eval --hits a.tsv --against b.tsv --truth val.mgf.gz -o report/\n"
      "  specbridge eval --model model/ --spectra val.mgf.gz \\\n"
      "    --candidates pools.json.gz --control none,zeroed,flat,precursor,mean \\\n"
      "    -o report/");
  command.callback(
      [options, &common, &action] { action = [options, &common] { run(*options, common); }; });
}

}  // namespace specbridge::tool
