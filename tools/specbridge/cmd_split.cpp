#include <fmt/format.h>

#include <memory>

#include "base/text.h"
#include "commands.h"
#include "specbridge/error.h"
#include "specbridge/spectrum_reader.h"
#include "specbridge/split.h"

namespace specbridge::tool {
namespace {

struct SplitCommand {
  SplitConfig config;
  std::string by = "formula";
  std::optional<std::string> parts, names;
};

std::string summary_of(const SplitConfig& config, const SplitReport& report) {
  std::string text = counted(report.spectra, "spectrum", "spectra") + ":";
  for (const auto& part : report.parts) {
    text += fmt::format("{} {} {} of {}", &part == &report.parts.front() ? "" : ",", part.name,
                        with_thousands(part.spectra), counted(part.structures, "structure"));
  }
  if (!report.left.empty()) text += fmt::format("; left out: {}", counts_text(report.left));
  if (report.ms1_scans > 0) {
    text += fmt::format("; {} passed over", counted(report.ms1_scans, "MS1 scan"));
  }
  return text + fmt::format("; parts in {}", config.out.string());
}

/// What a training would have seen of a test.
std::string warning_about(const SplitConfig& config, const SplitReport& report) {
  if (report.shared_structures > 0) {
    return fmt::format(
        "{} and {} are in more than one fold: what is trained on one has seen "
        "molecules of another; part --by formula",
        counted(report.shared_structures, "structure"), counted(report.shared_formulas, "formula"));
  }
  if (config.by == SplitBy::fold && report.shared_formulas > 0) {
    return fmt::format(
        "{} in more than one fold: what is trained on one has seen isomers of "
        "another; part --by formula",
        counted(report.shared_formulas, "formula is", "formulas are"));
  }
  return {};
}

void run(SplitCommand& options, CommonOptions& common) {
  SplitConfig& config = options.config;
  config.existing = common.existing();
  config.by = options.by == "fold"        ? SplitBy::fold
              : options.by == "structure" ? SplitBy::structure
                                          : SplitBy::formula;
  if (options.parts && config.by == SplitBy::fold) {
    throw UsageError("split: --by fold takes the parts as they are stated; leave out --parts");
  }
  if (options.parts) config.shares = parse_shares(*options.parts);
  if (options.names) {
    for (const auto name : split(*options.names, ',')) config.names.emplace_back(trim(name));
  }
  const RunContext context = common.context();
  const SplitReport report = run_split(config, context);
  const std::string warning = warning_about(config, report);
  if (!warning.empty()) context.warning(warning);
  if (common.json) common.console->print(to_json(report));
  common.console->summary(summary_of(config, report));
}

}  // namespace

void add_split(CLI::App& app, CommonOptions& common, Action& action) {
  auto options = std::make_shared<SplitCommand>();
  auto& config = options->config;
  CLI::App& command = *app.add_subcommand(
      "split", "Cut spectra into parts for training and testing that share no molecule");
  command
      .add_option("spectra", config.spectra,
                  fmt::format("Files of spectra that state their SMILES, gz or not: {}; folders",
                              kSpectrumFormats))
      ->required()
      ->type_name("SPECTRA");
  tell(command
           .add_option("-o,--out", config.out, "Folder for the parts, rejects.tsv and split.json")
           ->required(),
       "DIR");
  command
      .add_option("--by", options->by,
                  "What is in one part only: a molecular formula (the stricter test: no isomer of "
                  "a test molecule was trained on), or a structure (first InChIKey block). fold "
                  "takes the parts that the records state as FOLD")
      ->check(CLI::IsMember({"formula", "structure", "fold"}))
      ->capture_default_str()
      ->type_name("formula|structure|fold");
  tell(command.add_option("--parts", options->parts,
                          "How large the parts are, in spectra, as a proportion of two or more "
                          "(default: 8:1:1)"),
       "N:N...");
  tell(command.add_option("--names", options->names,
                          "What the parts are called (default: train,validation,test for three, "
                          "else part-1,part-2...)"),
       "NAME,NAME...");
  add_in_format(command, config.format);
  common.add_seed(command, "Seed of the order in which formulas or structures are dealt");
  common.add_force(command);
  common.add_basic(command);
  command.footer(
      "The same seed, proportion and spectra give the same parts, in whatever order records and "
      "files stand; a molecule that is added may move others. Records of MGF and rows of TSV are "
      "copied byte for byte, other formats are written as MGF; parts are compressed where an input "
      "is. Spectra without a usable structure come into no part: rejects.tsv names them with their "
      "reasons. split.json counts all and states checksums.\n"
      "Example:\n"
      "  specbridge split spectra.mgf.gz --parts 8:1:1 --seed 7 -o parts/\n"
      "  specbridge split MassSpecGym.tsv --by fold -o folds/");
  command.callback(
      [options, &common, &action] { action = [options, &common] { run(*options, common); }; });
}

}  // namespace specbridge::tool
