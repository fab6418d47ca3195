#include <fmt/format.h>

#include <iostream>
#include <memory>

#include "base/text.h"
#include "commands.h"
#include "specbridge/error.h"
#include "specbridge/search.h"

namespace specbridge::tool {
namespace {

struct Options {
  SearchConfig config;
  std::optional<std::string> tolerance, adducts;
  bool open = false, by_formula = false, fail_if_empty = false, strict = false;
};

/// Exactly one way to choose candidates; the mass window is the default.
CandidateMode chosen_mode(const Options& options) {
  const int chosen = (options.tolerance ? 1 : 0) + (options.open ? 1 : 0) +
                     (options.by_formula ? 1 : 0) + (options.config.sources.pools ? 1 : 0);
  if (chosen > 1) {
    throw UsageError(
        "search: --tolerance, --formula, --candidates and --open choose candidates in different "
        "ways; "
        "give one of them");
  }
  if (options.open) return CandidateMode::open;
  if (options.by_formula) return CandidateMode::formula;
  return options.config.sources.pools ? CandidateMode::pools : CandidateMode::mass_window;
}

/// An option whose value may be left out takes the next word for it.
void check_spectra(const SearchConfig& config) {
  if (!config.spectra.empty()) return;
  throw UsageError(
      config.sources.choice.formula.empty()
          ? std::string("search: expected files of spectra; see specbridge search --help")
          : fmt::format(
                "search: expected files of spectra; \"{}\" was taken for the formula, write "
                "--formula=F, or the files first",
                config.sources.choice.formula));
}

void run(Options& options, CommonOptions& common) {
  SearchConfig& config = options.config;
  check_spectra(config);
  config.sources.choice.mode = chosen_mode(options);
  if (options.tolerance) config.sources.choice.tolerance = parse_tolerance(*options.tolerance);
  if (options.adducts) config.sources.choice.adducts = parse_adduct_list(*options.adducts);
  if (options.strict) config.max_errors = 0;
  config.existing = common.existing();
  if (common.json && config.out == "-") {
    throw UsageError("search: --json and -o - both want standard output");
  }
  const SearchReport report = run_search(config, common.context());
  if (common.json) std::cout << to_json(report);
  std::string text = fmt::format("{} spectra, {} answered", with_thousands(report.queries),
                                 with_thousands(report.answered));
  if (!report.unanswered.empty()) text += fmt::format("; not: {}", counts_text(report.unanswered));
  if (report.ms1_scans > 0) {
    text += fmt::format("; {} MS1 scans passed over", with_thousands(report.ms1_scans));
  }
  if (report.charge_conflicts > 0) {
    text += fmt::format(
        "; {} whose adduct, charge and ion mode disagree (believed in this order: adduct, ion "
        "mode)",
        with_thousands(report.charge_conflicts));
  }
  if (!report.assumed_adducts.empty()) {
    text += fmt::format("; adducts assumed: {}", counts_text(report.assumed_adducts));
  }
  if (report.damaged_files > 0) {
    text += fmt::format("; {} of {} files could not be read to their end",
                        with_thousands(report.damaged_files), with_thousands(report.files.size()));
  }
  if (config.out != "-") text += fmt::format("; hits in {}", config.out.string());
  common.console->summary(text);
  if (options.fail_if_empty && report.answered == 0) throw NothingFound();
}

void add_choice(CLI::App& command, Options& options) {
  auto* choice = command.add_option_group("Candidates (one of)");
  choice->add_option("--tolerance", options.tolerance,
                     "Mass window from precursor m/z, adduct and charge: 10ppm, 0.005Da, or "
                     "10ppm,0.005Da for the larger of both (the default is 10ppm)");
  choice
      ->add_option_function<std::vector<std::string>>(
          "--formula",
          [&options](const std::vector<std::string>& values) {
            options.by_formula = true;
            options.config.sources.choice.formula = values.empty() ? "" : values.front();
          },
          "Molecules of a formula: --formula=C10H10O3, or --formula alone for each record's "
          "FORMULA")
      ->expected(0, 1)
      ->trigger_on_parse();
  choice->add_option("--candidates", options.config.sources.pools,
                     std::string(kPoolsHelp) + "; needs no library");
  choice->add_flag("--open", options.open,
                   "Everything in the library, by FAISS, re-scored exactly");
}

void add_accounting(CLI::App& command, Options& options) {
  auto* max_errors = command.add_option_function<std::size_t>(
      "--max-errors", [&options](const std::size_t& limit) { options.config.max_errors = limit; },
      "Stop with exit code 3 when more records than this cannot be used, or a file breaks off "
      "(default: go on, also behind a damaged file of a folder)");
  max_errors->check(CLI::Range(0, 1'000'000'000));
  command
      .add_flag("--strict", options.strict, "Stop at the first record or file that cannot be used")
      ->excludes(max_errors);
  command.add_option("--rejects", options.config.rejects,
                     "Table to write of the records that cannot be used: file, line, query_index, "
                     "reason, message");
  command.add_option("--run-json", options.config.run_json,
                     "Record of the run to write: counts by reason, inputs, model (default: "
                     "<out>.run.json; none for -o -)");
}

}  // namespace

void add_search(CLI::App& app, CommonOptions& common, Action& action) {
  auto options = std::make_shared<Options>();
  auto& config = options->config;
  CLI::App& command = *app.add_subcommand(
      "search", "Rank molecules for spectra: MGF, MSP, mzML ... -> table of hits");
  command.add_option("spectra", config.spectra, kSpectraHelp);
  add_in_format(command, config.format);
  command.add_option("--model", config.sources.model, "Model directory made by specbridge train")
      ->required();
  command.add_option("--library", config.sources.library,
                     "Library directory made by specbridge index");
  command
      .add_option("-o,--out", config.out, "Table of hits to write (TSV); - writes standard output")
      ->required();
  command.add_option("-k", config.options.k, "Hits per spectrum; 0 writes all candidates")
      ->check(CLI::Range(0, 1'000'000'000))
      ->capture_default_str();
  add_choice(command, *options);
  command.add_option("--adducts", options->adducts,
                     "Adducts tried, one mass window each, where a record states none that can be "
                     "read: [M+H]+,[M+Na]+");
  add_accounting(command, *options);
  command
      .add_option("--nprobe", config.sources.choice.effort,
                  "IVF lists to visit in an --open search (0: a quarter, at least 16)")
      ->capture_default_str();
  command
      .add_option("--batch", config.options.in_flight,
                  "Spectra in work at a time; never changes a result")
      ->check(CLI::Range(1, 1 << 20))
      ->capture_default_str();
  command.add_flag("--fail-if-empty", options->fail_if_empty,
                   "Exit with code 1 when no spectrum got a hit");
  common.add_device(command);
  common.add_force(command);
  common.add_basic(command);
  command.footer(
      "Every spectrum leaves at least one row; `status` and `message` say why one has no hits. "
      "Score is\n"
      "the cosine in the molecule space, comparable within a query only.\n"
      "Example:\n  specbridge search query.mgf --model model/ --library library/ -o hits.tsv -k "
      "10");
  command.callback(
      [options, &common, &action] { action = [options, &common] { run(*options, common); }; });
}

}  // namespace specbridge::tool
