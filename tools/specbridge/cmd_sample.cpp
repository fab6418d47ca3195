#include <fmt/format.h>

#include <memory>

#include "base/text.h"
#include "commands.h"
#include "shipped_model.h"
#include "specbridge/sample_embed.h"
#include "specbridge/sample_fit.h"
#include "specbridge/sample_predict.h"
#include "specbridge/spectrum_reader.h"

namespace specbridge::tool {
namespace {

struct SampleEmbedCommand {
  SampleEmbedConfig config;
  std::string pool = "mean", codebook, blank_tolerance = "10ppm,0.01Da";
};

std::string summary_of(const SampleEmbedConfig& config, const SampleEmbedReport& report) {
  std::string text = fmt::format("{}: {} of {} numbers from {}, {} of {} used", config.out.string(),
                                 counted(report.rows, "sample"), with_thousands(report.width),
                                 counted(report.samples, "file"), with_thousands(report.used),
                                 counted(report.spectra, "spectrum", "spectra"));
  if (!report.without.empty()) text += fmt::format("; no row: {}", counts_text(report.without));
  if (!report.unusable.empty()) {
    text += fmt::format("; spectra left out: {}", counts_text(report.unusable));
  }
  if (report.blank_spectra > 0) {
    text += fmt::format("; {} left out that one of {} of blanks is like",
                        counted(report.in_blanks, "spectrum", "spectra"),
                        with_thousands(report.blank_spectra));
  }
  if (report.words_in_blanks > 0) {
    text += fmt::format(", and {} of theirs", counted(report.words_in_blanks, "word"));
  }
  return text;
}

void run(SampleEmbedCommand& options, CommonOptions& common) {
  SampleEmbedConfig& config = options.config;
  config.existing = common.existing();
  config.pool = parse_sample_pool(options.pool);
  config.blank_tolerance = parse_tolerance(options.blank_tolerance);
  if (!options.codebook.empty()) config.codebook = options.codebook;
  const RunContext context = common.context();
  ChosenModel model;
  if (needs_model(config.pool)) {
    model = chosen_model(config.model);
    config.model = model.path;
  }
  const SampleEmbedReport report = run_sample_embed(config, context);
  if (common.json) common.console->print(to_json(report));
  common.console->summary(summary_of(config, report) + closing_words(model));
}

void add_pool_options(CLI::App& command, SampleEmbedCommand& options) {
  constexpr const char* kGroup = "Pooling";
  auto& config = options.config;
  tell(command
           .add_option("--pool", options.pool,
                       "How a sample's spectra become one row: mean of their vectors; mean and "
                       "standard deviation; mean weighted by ln(1 + intensity); share nearest each "
                       "centre of a codebook; share with each peak and neutral loss (words); share "
                       "of each precursor m/z, a control without peaks")
           ->capture_default_str(),
       "mean|mean-deviation|weighted|codebook|words|precursors", kGroup);
  command
      .add_option("--codes", config.codes,
                  "Centres that --pool codebook learns from the samples, by k-means")
      ->check(CLI::Range(1, 1 << 16))
      ->capture_default_str()
      ->group(kGroup);
  command
      .add_option("--min-samples", config.least_samples,
                  "Words in fewer samples are left out of what --pool words learns")
      ->check(CLI::Range(1, 1 << 20))
      ->capture_default_str()
      ->group(kGroup);
  tell(command.add_option("--codebook", options.codebook,
                          "Codebook or words of an earlier run (samples.codebook.json), so that "
                          "rows can be compared with its; without it they are learned from these "
                          "samples"),
       "FILE", kGroup);
}

void add_blank_options(CLI::App& command, SampleEmbedCommand& options) {
  constexpr const char* kGroup = "Blanks";
  auto& config = options.config;
  tell(command.add_option("--blank", config.blanks,
                          "Blank runs: spectra of samples that one of theirs is like are left out, "
                          "and so are their words"),
       "FILE", kGroup);
  tell(command
           .add_option("--blank-tolerance", options.blank_tolerance,
                       "How near the precursor m/z of the two must be")
           ->capture_default_str(),
       "TOL", kGroup);
  tell(command
           .add_option("--blank-shared", config.blank_shared_intensity,
                       "Share of the intensity of either that must lie in peaks which the other "
                       "has, too (within 0.02 Th, below the precursor)")
           ->check(CLI::Range(0.0, 1.0))
           ->capture_default_str(),
       "SHARE", kGroup);
}

void add_sample_embed(CLI::App& parent, CommonOptions& common, Action& action) {
  auto options = std::make_shared<SampleEmbedCommand>();
  auto& config = options->config;
  CLI::App& command =
      *parent.add_subcommand("embed", "Write a vector for each run: one row a file of spectra");
  command
      .add_option("runs", config.inputs,
                  fmt::format("Files of spectra, gz or not, each one sample: {}; folders of them",
                              kSpectrumFormats))
      ->required()
      ->type_name("FILE");
  tell(command
           .add_option("-o,--out", config.out,
                       "NumPy array to write (.npy); samples.ids.tsv beside samples.npy says which "
                       "sample each row is, samples.run.json how it was made")
           ->required(),
       "FILE");
  add_model(command, config.model, "Model directory made by specbridge train");
  add_pool_options(command, *options);
  add_blank_options(command, *options);
  add_in_format(command, config.format);
  command
      .add_option("--batch", config.in_flight, "Spectra in work at a time; never changes a result")
      ->check(CLI::Range(1, 1 << 20))
      ->capture_default_str();
  common.add_seed(command, "Seed of the codebook");
  common.add_networks(command);
  common.add_force(command);
  common.add_basic(command);
  command.footer(
      "Every file has a line in the table, with its row, or the reason why it has none. "
      "docs/method/samples.md says what the numbers are.\n"
      "Example:\n"
      "  specbridge sample embed runs/*.mzML --blank blanks/ -o samples.npy\n"
      "  specbridge sample embed runs/ --pool words -o words.npy");
  command.callback(
      [options, &common, &action] { action = [options, &common] { run(*options, common); }; });
}

struct SampleFitCommand {
  SampleFitConfig config;
  std::string group;
};

/// The model that was named, or the one that ships, if there is one.
std::filesystem::path model_at_hand(const std::filesystem::path& named) {
  std::error_code ignored;
  if (!named.empty()) return named;
  return std::filesystem::exists(shipped_model(), ignored) ? shipped_model()
                                                           : std::filesystem::path();
}

void run(SampleFitCommand& options, CommonOptions& common) {
  SampleFitConfig& config = options.config;
  config.existing = common.existing();
  if (!options.group.empty()) config.group = options.group;
  config.model = model_at_hand(config.model);
  const SampleFitReport report = run_sample_fit(config, common.context());
  common.console->print(common.json ? report.json : report.table);
  common.console->summary(fmt::format(
      "cohort in {}; {}", config.out.string(),
      report.without_drivers.empty()
          ? fmt::format("{} that drive calls: {}", counted(report.drivers, "spectrum", "spectra"),
                        (config.out / "drivers.tsv").string())
          : fmt::format("no list of spectra that drive calls: {}", report.without_drivers)));
}

void add_fit_options(CLI::App& command, SampleFitConfig& config) {
  constexpr const char* kGroup = "Learning";
  command
      .add_option("--folds", config.folds,
                  "Parts of the subjects, each of which is called by what the others taught")
      ->check(CLI::Range(2, 1000))
      ->capture_default_str()
      ->group(kGroup);
  command
      .add_option("--ridge", config.ridges,
                  "Penalties on the weights to choose from, per number of a row (default: "
                  "0.001,0.01,0.1,1,10,100); the choice is made within the training of each fold")
      ->delimiter(',')
      ->type_name("X,X...")
      ->group(kGroup);
  command
      .add_option("--permute", config.permutations,
                  "Permutations of the labels between subjects, for the p-value; 0: none")
      ->check(CLI::Range(0, 1'000'000))
      ->capture_default_str()
      ->group(kGroup);
  command
      .add_option("--resamples", config.resamples, "Draws of subjects, for the intervals; 0: none")
      ->check(CLI::Range(0, 1'000'000))
      ->capture_default_str()
      ->group(kGroup);
}

void add_driver_options(CLI::App& command, SampleFitConfig& config) {
  constexpr const char* kGroup = "Which spectra drive a call";
  tell(command.add_option("--spectra", config.spectra,
                          "The runs (default: those that the samples were made of, where they "
                          "still are)"),
       "FILE", kGroup);
  add_model(command, config.model, "Model that the samples were embedded with")->group(kGroup);
  command.add_option("--drivers", config.drivers, "Spectra of each sample, at most; 0: none")
      ->check(CLI::Range(0, 1 << 20))
      ->capture_default_str()
      ->group(kGroup);
}

void add_sample_fit(CLI::App& parent, CommonOptions& common, Action& action) {
  auto options = std::make_shared<SampleFitCommand>();
  auto& config = options->config;
  CLI::App& command = *parent.add_subcommand(
      "fit", "Learn classes of samples from labels, and say how well it works on others");
  tell(command.add_option("samples", config.samples, "Array that sample embed wrote")->required(),
       "FILE");
  tell(command
           .add_option("--labels", config.labels,
                       "Table with a header and a line for each sample: columns sample (or file, "
                       "filename) and label; an empty label leaves the sample out")
           ->required(),
       "FILE");
  tell(command.add_option("-o,--out", config.out, "Cohort directory to write")->required(), "DIR");
  tell(command.add_option("--groups", options->group,
                          "Column of the subject: samples of one never stand on both sides of a "
                          "split (default: every sample is a subject)"),
       "COLUMN");
  tell(command.add_option("--label", config.label, "Column of the label")->capture_default_str(),
       "COLUMN");
  add_fit_options(command, config);
  add_driver_options(command, config);
  common.add_seed(command, "Seed of folds, permutations and intervals");
  common.add_networks(command);
  common.add_force(command);
  common.add_basic(command);
  command.footer(
      "The figures are of samples whose subject the classifier did not see. "
      "docs/method/samples.md says how they are made.\n"
      "Example:\n"
      "  specbridge sample fit samples.npy --labels y.tsv --groups subject -o cohort/");
  command.callback(
      [options, &common, &action] { action = [options, &common] { run(*options, common); }; });
}

std::string summary_of(const SamplePredictConfig& config, const SamplePredictReport& report) {
  std::string text =
      fmt::format("{}: {} called: {}", config.out == "-" ? "standard output" : config.out.string(),
                  counted(report.samples, "sample"), counts_text(report.calls));
  if (!report.without.empty()) text += fmt::format("; no call: {}", counts_text(report.without));
  return text;
}

void add_sample_predict(CLI::App& parent, CommonOptions& common, Action& action) {
  auto config = std::make_shared<SamplePredictConfig>();
  CLI::App& command =
      *parent.add_subcommand("predict", "Call the class of samples with what sample fit learned");
  tell(command.add_option("samples", config->samples, "Array that sample embed wrote")->required(),
       "FILE");
  tell(command.add_option("--cohort", config->cohort, "Cohort directory made by sample fit")
           ->required(),
       "DIR");
  tell(command
           .add_option("-o,--out", config->out,
                       "Table to write: a line for each sample; - writes standard output")
           ->required(),
       "FILE");
  common.add_force(command);
  common.add_basic(command);
  command.footer(
      "The samples must be pooled as those of the cohort were: the same --pool, model and "
      "codebook (sample embed --codebook).\n"
      "Example:\n"
      "  specbridge sample predict new.npy --cohort cohort/ -o calls.tsv");
  command.callback([config, &common, &action] {
    action = [config, &common] {
      config->existing = common.existing();
      const auto report = run_sample_predict(*config, common.context(config->out));
      if (common.json) common.console->print(to_json(report));
      common.console->summary(summary_of(*config, report));
    };
  });
}

}  // namespace

void add_sample(CLI::App& app, CommonOptions& common, Action& action) {
  CLI::App& parent = *app.add_subcommand(
      "sample",
      "Compare whole runs: a vector each (embed), classes learned (fit), called (predict)");
  parent.require_subcommand(1);
  add_sample_embed(parent, common, action);
  add_sample_fit(parent, common, action);
  add_sample_predict(parent, common, action);
}

}  // namespace specbridge::tool
