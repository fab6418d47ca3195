#include <fmt/format.h>
#include <unistd.h>

#include <memory>

#include "base/text.h"
#include "commands.h"
#include "pipeline/analogues/write_analogues.h"
#include "specbridge/error.h"
#include "store/paths.h"

namespace specbridge::tool {
namespace {

std::string summary_of(const AnaloguesReport& report) {
  std::string text = fmt::format(
      "{} of {}; {} written, {} no molecules, {} known already",
      counted(report.analogues, "analogue"), counted(report.molecules, "molecule"),
      counted(report.texts, "text"), with_thousands(report.invalid), with_thousands(report.same));
  if (report.unusable == 0) return text;
  return text + fmt::format("; {} without: {}", counted(report.unusable, "molecule"),
                            report.first_problem);
}

void run(AnaloguesConfig& config, CommonOptions& common) {
  config.existing = common.existing();
  if (descriptor_of(config.out) == STDOUT_FILENO) config.out = "-";
  if (common.json && config.out == "-") {
    throw UsageError("analogues: --json and -o - both want standard output");
  }
  const AnaloguesReport report = run_analogues(config, common.context(config.out));
  if (common.json) common.console->print(to_json(report));
  std::string text = summary_of(report);
  if (config.out != "-") text += fmt::format("; table in {}", config.out.string());
  common.console->summary(text);
}

}  // namespace

void add_analogues(CLI::App& app, CommonOptions& common, Action& action) {
  auto config = std::make_shared<AnaloguesConfig>();
  CLI::App& command = *app.add_subcommand(
      "analogues", "Write molecules like given ones, as medicinal chemistry varies them");
  tell(command
           .add_option("molecules", config->molecules,
                       "Molecule lists as for index, gz or not; - reads standard input")
           ->required(),
       "FILE");
  tell(command
           .add_option("--writer", config->writer,
                       "Directory that tools/export/export_decoder.py makes of the package ANNalog")
           ->required(),
       "DIR");
  tell(
      command.add_option("-o,--out", config->out, "Table to write (TSV); - writes standard output")
          ->required(),
      "FILE");
  command
      .add_option("--beams", config->beams,
                  "Texts to write for a molecule; those that are no molecules, or known already, "
                  "are counted and left out")
      ->check(CLI::Range(1, 1000))
      ->capture_default_str();
  common.add_networks(command);
  common.add_force(command);
  common.add_basic(command);
  command.footer(
      "The writer reads no spectrum: what it writes is no answer to one, but a list of molecules "
      "that a library may lack, for index, pools and train --decoys. Columns: id smiles rank "
      "analogue inchikey14 tanimoto (Morgan, radius 2, 2,048 bits) log_probability message.\n"
      "Example:\n"
      "  specbridge analogues answers.smi --writer annalog/ --beams 20 -o analogues.tsv");
  command.callback(
      [config, &common, &action] { action = [config, &common] { run(*config, common); }; });
}

}  // namespace specbridge::tool
