#include <fmt/format.h>

#include <memory>

#include "base/text.h"
#include "commands.h"
#include "generation_options.h"
#include "reference_options.h"
#include "specbridge/calibrate.h"

namespace specbridge::tool {
namespace {

struct CalibrateCommand {
  CalibrateConfig config;
  std::optional<std::string> tolerance;
  ReferenceOptions references;
  GenerationOptions generation;
};

void run(CalibrateCommand& options, CommonOptions& common) {
  CalibrateConfig& config = options.config;
  if (options.tolerance) config.tolerance = parse_tolerance(*options.tolerance);
  config.references = references_of(options.references, "calibrate");
  config.generation = generation_of(options.generation);
  config.existing = common.existing();
  const CalibrateReport report = run_calibrate(config, common.context());
  if (common.json) common.console->print(to_json(report));
  const Calibration& found = report.calibration;
  std::string text = fmt::format("{}: weights fitted to {} of {}", config.out.string(),
                                 counted(found.spectra, "spectrum", "spectra"),
                                 counted(found.molecules, "molecule"));
  for (const auto& [kind, weight] : found.weights) {
    text += fmt::format("; {} {:.3f}", kind, weight);
    const auto alone = found.mrr.find(kind);
    if (alone != found.mrr.end()) text += fmt::format(" (MRR alone {:.3f})", alone->second);
  }
  text += fmt::format("; fused, halves apart, MRR {:.3f}", found.mrr.at("fused"));
  if (const auto& figures = found.probability) {
    text += fmt::format(
        "; probability of first answers, halves apart, {:.0f} % of truths absent: expected error "
        "{:.3f}, AUROC of absent truths {:.3f} (margin alone {:.3f})",
        100 * found.absent, figures->expected_error, figures->absent_by_probability,
        figures->absent_by_margin);
  }
  if (!report.left_out.empty()) text += fmt::format("; left out: {}", counts_text(report.left_out));
  common.console->summary(text);
}

}  // namespace

void add_calibrate(CLI::App& app, CommonOptions& common, Action& action) {
  auto options = std::make_shared<CalibrateCommand>();
  CalibrateConfig& config = options->config;
  CLI::App& command = *app.add_subcommand(
      "calibrate",
      "Weigh the evidence of a model: spectra that it has not seen -> model directory");
  tell(command.add_option("--model", config.model, "Model directory with a fragment score")
           ->required(),
       "DIR");
  tell(command.add_option("--spectra", config.spectra, labelled_help())->required(), "FILE");
  auto* library = command.add_option("--library", config.library,
                                     "Library that the candidates of a mass window come from");
  constexpr const char* kGroup = "Candidates (one of)";
  tell(library, "DIR", kGroup);
  tell(command.add_option("--candidates", config.candidates, kPoolsHelp)->excludes(library), "FILE",
       kGroup);
  tell(command
           .add_option("--tolerance", options->tolerance,
                       "Mass window in the library: 10ppm, 0.005Da, or 10ppm,0.005Da for the "
                       "larger of both (the default is 10ppm)")
           ->needs(library),
       "WIDTH", kGroup);
  command
      .add_option("--absent", config.absent,
                  "For the probability that a first answer is right: the share of spectra whose "
                  "molecule is not among the candidates at all")
      ->capture_default_str()
      ->type_name("SHARE");
  command
      .add_option("--made-isomers", config.made_isomers,
                  "For the same: isomers to make of each first answer, so that the probability "
                  "knows how far its fragment score stands above theirs; 32 help among real "
                  "molecules, and a search then takes some 20 ms more a spectrum; 0: none")
      ->capture_default_str()
      ->type_name("N");
  tell(command.add_option("-o,--out", config.out, "Model directory to write")->required(), "DIR");
  common.needs[&command] = {{"", {"--library", "--candidates"}}};
  add_references(command, options->references);
  add_generation_options(command, options->generation);
  add_in_format(command, config.format);
  common.add_seed(command, "Seed of the halves behind the figures that are told");
  common.add_networks(command);
  common.add_force(command);
  common.add_basic(command);
  command.footer(
      "The spectra must be of molecules that the model was not trained on; one that is ends the "
      "run. search and eval then rank by the fused score unless --rank-by says otherwise, and "
      "search "
      "states for each first answer how probable it is.\n"
      "Example:\n"
      "  specbridge calibrate --model model/ --spectra held.mgf.gz \\\n    "
      "--candidates pools.json.gz -o calibrated/");
  command.callback(
      [options, &common, &action] { action = [options, &common] { run(*options, common); }; });
}

}  // namespace specbridge::tool
