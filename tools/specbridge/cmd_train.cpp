#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <cstdlib>
#include <iostream>
#include <memory>

#include "base/json.h"
#include "base/text.h"
#include "commands.h"
#include "specbridge/bridge_shape.h"
#include "specbridge/error.h"
#include "specbridge/precision.h"
#include "specbridge/ranks.h"
#include "specbridge/train.h"
#include "specbridge/train_settings.h"

namespace specbridge::tool {
namespace {

struct TrainCommand {
  TrainConfig config;
  std::string settings_file, precision = "auto", objective;
  std::vector<std::string> assignments;
  bool strict = false, simulated = false, shuffle_labels = false;
  std::int64_t peer_timeout = 600;  ///< seconds
};

/// bfloat16 pays where there are instructions for it; elsewhere it is slower than float32.
Precision chosen_precision(const std::string& name, const RunContext& context) {
  if (name != "auto") return parse_precision(name, "auto, ");
  const bool pays = processor_has_bfloat16() || context.device.kind == Device::Kind::cuda;
  return pays ? Precision::bfloat16 : Precision::float32;
}

/// How a training ended, where it did not take all of its steps.
std::string ending_text(const TrainingResult& training) {
  std::string text;
  if (training.interrupted) text += "; its last steps were left out";
  if (training.stopped_early) text += "; stopped early";
  return text;
}

/// What a training of words has to say.
std::string words_text(const TrainReport& report, const TrainConfig& config) {
  const WordFit& fit = *report.words;
  std::string text = fmt::format(
      "{}: trained vectors of {} on {} in {}, {}; loss {:.4f} nats a word", config.out.string(),
      counted(fit.words, "word"), counted(fit.occurrences, "occurrence"),
      counted(report.spectra, "spectrum", "spectra"), counted(report.training.steps, "step"),
      report.training.final_loss);
  if (fit.left_out > 0) {
    text += fmt::format("; left out {} that too few spectra have", counted(fit.left_out, "word"));
  }
  return text;
}

/// What a training of an encoder of texts has to say.
std::string masked_text(const TrainReport& report, const TrainConfig& config) {
  const TrainingResult& training = report.training;
  std::string text =
      fmt::format("{}: adapted {} to the texts of {}, {}; loss {:.4f} nats a hidden token",
                  config.out.string(), counted(training.trained_parameters, "parameter"),
                  counted(report.spectra, "spectrum", "spectra"), counted(training.steps, "step"),
                  training.final_loss);
  if (training.best) {
    text += fmt::format("; validation loss {:.4f} (step {}, kept)", *training.best->loss,
                        training.best_step);
  }
  return text + ending_text(training);
}

void print(const TrainReport& report, const TrainConfig& config, CommonOptions& common) {
  const auto& training = report.training;
  if (common.json) common.console->print(to_json(report));
  if (report.words) return common.console->summary(words_text(report, config));
  if (config.settings.objective == TrainingObjective::masked_tokens) {
    return common.console->summary(masked_text(report, config));
  }
  std::string text =
      fmt::format("{}: trained {} on {} of {}, {}", config.out.string(),
                  counted(training.trained_parameters, "parameter"),
                  counted(report.spectra, "spectrum", "spectra"),
                  counted(report.molecules, "molecule"), counted(training.steps, "step"));
  if (training.best && training.best->loss) {
    text += fmt::format("; validation loss {:.4f} nats a word (step {}, kept)",
                        *training.best->loss, training.best_step);
  } else if (training.best) {
    text += fmt::format(
        "; validation Recall@1/5/20 {:.3f}/{:.3f}/{:.3f}, MRR {:.3f} (step {}, kept "
        "by {})",
        training.best->recall_at_1, training.best->recall_at_5, training.best->recall_at_20,
        training.best->mrr, training.best_step, config.settings.keep_best_by);
  }
  text += ending_text(training);
  for (std::size_t i = 0; i < report.further_members.size(); ++i) {
    const auto& member = report.further_members[i];
    text += fmt::format(
        "; member {}{}", i + 2,
        member.best ? fmt::format(" MRR {:.3f}", member.best->mrr) : std::string(" trained"));
  }
  if (report.fragments) {
    const FragmentFit& fit = *report.fragments;
    text += fmt::format("; fragments fitted to {} of {}, MRR among isomers of held-out ones {:.3f}",
                        counted(fit.spectra, "spectrum", "spectra"),
                        counted(fit.molecules, "molecule"), fit.mrr);
  }
  common.console->summary(text);
}

TrainSettings chosen_settings(const TrainCommand& options) {
  std::optional<TrainingObjective> objective;
  const bool dual = options.objective == kInfonceDual;
  if (dual) {
    objective = TrainingObjective::bridge;
  } else if (!options.objective.empty()) {
    objective = objective_named(options.objective, "--objective");
  }
  TrainSettings settings = options.settings_file.empty()
                               ? default_settings(objective.value_or(TrainingObjective::bridge))
                               : read_train_settings(options.settings_file, objective);
  if (dual) choose_infonce_dual(settings);
  for (const auto& assignment : options.assignments) apply_setting(settings, assignment);
  const bool spectra_alone =
      learns_similarity(settings) || settings.objective == TrainingObjective::spec2vec;
  if (options.shuffle_labels && !spectra_alone) {
    throw UsageError(
        "train: --shuffle-labels is for --objective similarity or spec2vec; leave it out here");
  }
  if (options.shuffle_labels) settings.labels = "shuffled";
  check_settings(settings, "train");
  return settings;
}

void run(TrainCommand& options, CommonOptions& common) {
  const RunContext context = common.context();
  options.config.settings = chosen_settings(options);
  options.config.precision = chosen_precision(options.precision, context);
  options.config.overlap = options.strict ? Overlap::refuse : Overlap::tell;
  if (options.simulated) options.config.origin = SpectraOrigin::simulated;
  options.config.existing = common.existing();
  auto& ranks = options.config.ranks;
  ranks = ranks_of_environment([](const char* name) { return std::getenv(name); });
  if (ranks) ranks->patience = std::chrono::seconds(options.peer_timeout);
  const TrainReport report = run_train(options.config, context);
  if (!ranks || ranks->rank == 0) print(report, options.config, common);
}

void add_inputs(CLI::App& command, TrainCommand& options) {
  auto& config = options.config;
  tell(command.add_option("--spectra", config.spectra, labelled_help())->required(), "FILE");
  tell(
      command.add_option("--spectrum-encoder", config.spectrum_encoder,
                         "Directory made by tools/export/export_dreams.py, export_baselines.py or, "
                         "for spectra of electron ionisation, export_text_encoder.py; needed "
                         "unless --objective is generate or spec2vec"),
      "DIR");
  tell(command
           .add_option("-o,--out", config.out,
                       "Model directory to write (of masked-tokens: encoder directory)")
           ->required(),
       "DIR");
  tell(command.add_option("--molecule-encoder", config.molecule_encoder,
                          "Directory made by tools/export/export_chemberta.py or specbridge "
                          "make-encoder; needed for --objective bridge"),
       "DIR");
  tell(command.add_option("--validation", config.validation,
                          "Spectra for validation during training (may be left out)"),
       "FILE");
  tell(command.add_option(
           "--validation-candidates", config.validation_candidates,
           std::string(kPoolsHelp) + "; without them every validation molecule is a candidate"),
       "FILE");
  tell(command.add_option("--decoys", config.decoys,
                          "Molecule lists as for index: fits a fragment score, too, which tells "
                          "training molecules from their isomers in these lists, and from others "
                          "made by edits where they have too few"),
       "FILE");
  command
      .add_option("--evidence", config.evidence,
                  "Kinds of evidence that the model is to have: cosine,fragments or cosine "
                  "(default: fragments where there are --decoys; without lists they are fitted "
                  "against made isomers alone)")
      ->delimiter(',')
      ->type_name("LIST")
      ->allow_extra_args(false);
  command.add_flag("--strict", options.strict,
                   "Refuse when validation structures are in the training spectra");
  add_in_format(command, config.format);
}

void add_recipe(CLI::App& command, TrainCommand& options) {
  constexpr const char* kGroup = "Recipe";
  tell(
      command.add_option("--objective", options.objective,
                         "What is trained: bridge, that a spectrum's vector is near to that of its "
                         "molecule, to search molecules; similarity, near to those of other "
                         "spectra of its molecule, to compare spectra; generate, a decoder that "
                         "writes molecules for a model of the first kind; spec2vec, vectors of "
                         "peaks and losses by the spectra that they share, of which a spectrum's "
                         "is the mean, to compare spectra without knowing structures; "
                         "masked-tokens, an encoder of spectra as text, which learns how such "
                         "texts go on and is a beginning for similarity; infonce-dual, bridge "
                         "with distance_weight 0 and infonce_dual_weight 1 (default: as --config "
                         "says, else bridge)"),
      "bridge|similarity|generate|spec2vec|masked-tokens|infonce-dual", kGroup);
  tell(command.add_option("--config", options.settings_file,
                          "JSON file with the settings of training (see configs/; default: the "
                          "paper's)"),
       "FILE", kGroup);
  command
      .add_option("--set", options.assignments,
                  "Override one setting, e.g. --set learning_rate=3e-5 (repeatable)")
      ->expected(1)
      ->take_all()
      ->type_name("KEY=VALUE")
      ->group(kGroup);
  command
      .add_flag_function(
          "--help-settings", [](std::int64_t) { throw SettingsWanted{}; },
          "Explain every setting and exit (with --json as JSON)")
      ->trigger_on_parse()
      ->group(kGroup);
  command
      .add_flag("--shuffle-labels", options.shuffle_labels,
                "A control for --objective similarity and spec2vec: permutes the molecules, of "
                "spec2vec the words, among the spectra, so that there is nothing to learn of them")
      ->group(kGroup);
  tell(command
           .add_option("--precision", options.precision,
                       "Of matrix products; auto: bfloat16 where the CPU or GPU has it")
           ->capture_default_str(),
       "auto|float32|bfloat16", kGroup);
}

/// What a decoder is trained with.
void add_generation(CLI::App& command, TrainCommand& options) {
  constexpr const char* kGroup = "A decoder that writes molecules (--objective generate)";
  auto& config = options.config;
  tell(command.add_option("--model", config.model,
                          "Model that the decoder is for; it is copied, and stays as it is"),
       "DIR", kGroup);
  tell(command.add_option("--decoder", config.decoder,
                          "Decoder that training begins with, made by "
                          "tools/export/export_decoder.py, or that of a model"),
       "DIR", kGroup);
  tell(command.add_option("--library", config.library,
                          "Library of that model: its molecules teach how SMILES are written; "
                          "those of them that are training molecules are the candidates that the "
                          "decoder is told of"),
       "DIR", kGroup);
}

/// Trainings that are interrupted.
void add_keeping(CLI::App& command, TrainCommand& options) {
  constexpr const char* kGroup = "Long trainings";
  auto& config = options.config;
  auto* resume = command.add_flag("--resume", config.resume,
                                  "Go on with what an interrupted run left in OUT.building; the "
                                  "model has the same bytes in the "
                                  "end");
  resume->group(kGroup);
  command
      .add_flag("--finish", config.finish,
                "With --resume: take no further step, write the model that the kept steps make")
      ->needs(resume)
      ->group(kGroup);
  tell(
      command
          .add_option("--checkpoint-minutes", config.checkpoint_minutes,
                      "Keep the state of the training after so many minutes, from which a run that "
                      "is resumed goes on; 0: not by time. Ctrl-C always keeps it")
          ->check(CLI::NonNegativeNumber)
          ->capture_default_str(),
      "N", kGroup);
  tell(command
           .add_option("--checkpoint-steps", config.checkpoint_steps,
                       "The same after so many steps; 0: not by steps")
           ->check(CLI::NonNegativeNumber)
           ->capture_default_str(),
       "N", kGroup);
}

/// Trainings by several processes.
void add_processes(CLI::App& command, TrainCommand& options) {
  tell(command
           .add_option("--peer-timeout", options.peer_timeout,
                       "Seconds after which a process that gives no sign of life ends all")
           ->check(CLI::Range(1, 1000000))
           ->capture_default_str(),
       "N", "Several processes (torchrun, srun)");
}

/// What the model says of its data, for those who use it.
void add_statements(CLI::App& command, TrainCommand& options) {
  constexpr const char* kGroup = "What the model says of its data";
  tell(command.add_option("--description", options.config.description,
                          "What the spectra are, in your words"),
       "TEXT", kGroup);
  tell(command.add_option("--data-licence", options.config.data_licence,
                          "Licence of the spectra, e.g. CC-BY-4.0"),
       "TEXT", kGroup);
  command
      .add_flag("--simulated", options.simulated,
                "The spectra are simulated: search and eval warn of the model")
      ->group(kGroup);
}

std::string words_of(const std::vector<TrainingObjective>& objectives, std::string_view between,
                     std::string_view before_last) {
  std::string words;
  for (std::size_t i = 0; i < objectives.size(); ++i) {
    if (i > 0) words += i + 1 < objectives.size() ? between : before_last;
    words += to_string(objectives[i]);
  }
  return words;
}

}  // namespace

void print_settings(const std::vector<std::string>& words) {
  const auto texts = setting_texts();
  if (std::ranges::find(words, "--json") != words.end()) {
    Json json = Json::array();
    for (const auto& [key, value, meaning, objectives] : texts) {
      json.push_back({{"key", key}, {"default", Json::parse(value)}, {"meaning", meaning}});
      if (!objectives.empty()) json.back()["objective"] = words_of(objectives, " ", " ");
    }
    std::cout << pretty(json);
    return;
  }
  std::cout << "Settings of specbridge train with their defaults, as keys of a --config file or\n"
               "--set KEY=VALUE. docs/training-settings.md says the same.\n\n";
  for (const auto& text : texts) {
    const auto meaning = text.objectives.empty()
                             ? text.meaning
                             : fmt::format("{} (objective {} alone)", text.meaning,
                                           words_of(text.objectives, ", ", " and "));
    std::cout << fmt::format("{} = {}\n    {}\n", text.key, text.default_value,
                             wrapped(meaning, 76, 4));
  }
}

void add_train(CLI::App& app, CommonOptions& common, Action& action) {
  auto options = std::make_shared<TrainCommand>();
  CLI::App& command = *app.add_subcommand(
      "train", "Train a model: spectra with known structures -> model directory");
  add_inputs(command, *options);
  add_recipe(command, *options);
  add_generation(command, *options);
  add_keeping(command, *options);
  add_processes(command, *options);
  add_statements(command, *options);
  common.add_seed(command, "Seed of every random draw");
  common.add_device(command);
  common.add_force(command);
  common.add_basic(command);
  command.footer(
      "Ctrl-C, a crash, a full disk: what is done stays in OUT.building, and the same command with "
      "--resume goes on; with --resume --finish it writes the model of the steps that are done.\n"
      "--objective spec2vec takes minutes and begins anew: interrupted, it writes nothing.\n"
      "Several processes, each with its share of every batch: torchrun --no-python "
      "--nproc-per-node 2 "
      "specbridge train ..., or srun with MASTER_ADDR and MASTER_PORT set. Rank 0 reads and "
      "writes.\n"
      "Example:\n"
      "  specbridge train --spectra train.mgf.gz --validation val.mgf.gz \\\n    "
      "--validation-candidates pools.json.gz --spectrum-encoder dreams/ \\\n    "
      "--molecule-encoder morgan/ --config configs/small.json -o model/");
  command.callback(
      [options, &common, &action] { action = [options, &common] { run(*options, common); }; });
}

}  // namespace specbridge::tool
