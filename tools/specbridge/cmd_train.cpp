#include <fmt/format.h>

#include <iostream>
#include <memory>

#include "base/text.h"
#include "commands.h"
#include "specbridge/bridge_shape.h"
#include "specbridge/error.h"
#include "specbridge/precision.h"
#include "specbridge/train.h"
#include "specbridge/train_settings.h"

namespace specbridge::tool {
namespace {

struct Options {
  TrainConfig config;
  std::string settings_file, precision = "auto";
  std::vector<std::string> assignments;
  bool strict = false;
};

/// bfloat16 pays where the processor has instructions for it; elsewhere it is slower than float32.
bool has_bfloat16() {
  return __builtin_cpu_supports("avx512bf16") != 0;
}

Precision chosen_precision(const std::string& name, const RunContext& context) {
  if (name == "float32") return Precision::float32;
  if (name == "bfloat16") return Precision::bfloat16;
  if (name != "auto") {
    throw UsageError(
        fmt::format("--precision: found \"{}\", expected auto, float32 or bfloat16", name));
  }
  return has_bfloat16() || context.device.kind == Device::Kind::cuda ? Precision::bfloat16
                                                                     : Precision::float32;
}

void print(const TrainReport& report, const TrainConfig& config, CommonOptions& common) {
  const auto& training = report.training;
  if (common.json) std::cout << to_json(report);
  std::string text = fmt::format(
      "{}: trained {} parameters on {} spectra of {} molecules, {} steps", config.out.string(),
      with_thousands(training.trained_parameters), with_thousands(report.spectra),
      with_thousands(report.molecules), with_thousands(training.steps));
  if (training.best) {
    text += fmt::format("; validation Recall@1/5/20 {:.3f}/{:.3f}/{:.3f}, MRR {:.3f} (step {})",
                        training.best->recall_at_1, training.best->recall_at_5,
                        training.best->recall_at_20, training.best->mrr, training.best_step);
  }
  common.console->summary(text);
}

void run(Options& options, CommonOptions& common) {
  const RunContext context = common.context();
  if (!options.settings_file.empty()) {
    options.config.settings = read_train_settings(options.settings_file);
  }
  for (const auto& assignment : options.assignments) {
    apply_setting(options.config.settings, assignment);
  }
  check_settings(options.config.settings, "train");
  options.config.precision = chosen_precision(options.precision, context);
  options.config.overlap = options.strict ? Overlap::refuse : Overlap::tell;
  options.config.existing = common.existing();
  const TrainReport report = run_train(options.config, context);
  print(report, options.config, common);
  if (report.training.interrupted) {
    throw Interrupted(fmt::format("interrupted after {} steps; {} is complete and usable",
                                  report.training.steps, options.config.out.string()));
  }
}

}  // namespace

void add_train(CLI::App& app, CommonOptions& common, Action& action) {
  auto options = std::make_shared<Options>();
  CLI::App& command = *app.add_subcommand(
      "train", "Train a model: spectra with known structures -> model directory");
  auto& config = options->config;
  command.add_option("--spectra", config.spectra, kSpectraHelp)->required();
  add_in_format(command, config.format);
  command.add_option("--validation", config.validation,
                     "Spectra for validation during training (may be left out)");
  command.add_option(
      "--validation-candidates", config.validation_candidates,
      std::string(kPoolsHelp) + "; without them every validation molecule is a candidate");
  command
      .add_option("--spectrum-encoder", config.spectrum_encoder,
                  "Directory made by tools/export/export_dreams.py")
      ->required();
  command
      .add_option("--molecule-encoder", config.molecule_encoder,
                  "Directory made by tools/export/export_chemberta.py or specbridge make-encoder")
      ->required();
  command.add_option("--config", options->settings_file,
                     "JSON file with the numbers of training (see configs/; default: the paper's)");
  command
      .add_option("--set", options->assignments,
                  "Override one number, e.g. --set learning_rate=3e-5 (repeatable)")
      ->expected(1)
      ->take_all();
  command
      .add_option("--precision", options->precision,
                  "float32, bfloat16, or auto: bfloat16 where the CPU or GPU has it")
      ->capture_default_str();
  common.add_seed(command, "Seed of every random draw");
  command.add_flag("--strict", options->strict,
                   "Refuse when validation structures are in the training spectra");
  command.add_option("-o,--out", config.out, "Model directory to write")->required();
  common.add_device(command);
  common.add_force(command);
  common.add_basic(command);
  command.footer(
      "Ctrl-C ends training after the current step and leaves a complete model.\n"
      "Example:\n  specbridge train --spectra train.mgf.gz --validation val.mgf.gz \\\n"
      "    --validation-candidates pools.json.gz --spectrum-encoder dreams/ \\\n"
      "    --molecule-encoder morgan/ --config configs/small.json -o model/");
  command.callback(
      [options, &common, &action] { action = [options, &common] { run(*options, common); }; });
}

}  // namespace specbridge::tool
