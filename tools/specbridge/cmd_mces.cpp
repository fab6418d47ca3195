#include <fmt/format.h>
#include <unistd.h>

#include <memory>

#include "base/text.h"
#include "commands.h"
#include "pipeline/mces.h"
#include "specbridge/error.h"
#include "store/paths.h"

namespace specbridge::tool {
namespace {

struct McesCommand {
  McesConfig config;
  std::string threshold = "15";
};

std::string summary_of(const McesReport& report) {
  std::string text =
      fmt::format("{}, {} exact", counted(report.rows, "pair"), with_thousands(report.exact));
  if (report.beyond > 0) {
    text += fmt::format(", {} beyond the threshold", with_thousands(report.beyond));
  }
  if (report.capped > 0) text += fmt::format(", {} given up", with_thousands(report.capped));
  if (report.unreadable > 0)
    text += fmt::format(", {} unreadable", with_thousands(report.unreadable));
  return text;
}

void run(McesCommand& options, CommonOptions& common) {
  McesConfig& config = options.config;
  config.options.threshold = parse_mces_threshold("--threshold", options.threshold);
  config.existing = common.existing();
  if (descriptor_of(config.out) == STDOUT_FILENO) config.out = "-";
  if (common.json && config.out == "-") {
    throw UsageError("mces: --json and -o - both want standard output");
  }
  const McesReport report = run_mces(config, common.context(config.out));
  if (common.json) common.console->print(to_json(report));
  std::string text = summary_of(report);
  if (config.out != "-") text += fmt::format("; distances in {}", config.out.string());
  common.console->summary(text);
}

}  // namespace

void add_mces(CLI::App& app, CommonOptions& common, Action& action) {
  auto options = std::make_shared<McesCommand>();
  auto& config = options->config;
  CLI::App& command = *app.add_subcommand(
      "mces", "Compare structures by their largest common substructure: pairs -> MCES distances");
  command
      .add_option("pairs", config.pairs,
                  "Two SMILES a line, separated by a tab, semicolon or comma; or a table whose "
                  "header names two columns of SMILES (smiles1, smiles2); gz or not; - reads "
                  "standard input")
      ->required()
      ->type_name("FILE");
  tell(command.add_option("-o,--out", config.out, "Table to write (TSV); - writes standard output")
           ->required(),
       "FILE");
  command
      .add_option("--threshold", options->threshold,
                  "Distances up to here are exact, beyond it a lower bound is enough (myopic "
                  "MCES); or exact: no threshold")
      ->capture_default_str()
      ->type_name("N|exact");
  command
      .add_option("--max-nodes", config.options.max_nodes,
                  "Give a pair up after so many steps of the search (default: 20,000, fewer for "
                  "large molecules)")
      ->check(CLI::Range(1ULL, 1'000'000'000'000ULL));
  command
      .add_option("--max-seconds", config.options.max_seconds,
                  "Also give a pair up after so many seconds; results then depend on the "
                  "machine (default: never)")
      ->type_name("X");
  common.add_force(command);
  common.add_basic(command);
  command.footer(
      "The distance is what is left of both structures outside their best common part, by bond "
      "orders (aromatic 1.5); charge, stereo and hydrogens do not count. Columns: smiles1 "
      "smiles2 distance exact lower upper milliseconds message. exact is 1 where the distance is "
      "proven. Beyond the threshold the distance is the bound of myopic MCES or, if that is "
      "smaller, the threshold; of a pair that was given up it is the proven lower bound. The "
      "exact distance is always from lower to upper.\n"
      "Example:\n"
      "  specbridge mces pairs.tsv --threshold exact -o distances.tsv");
  command.callback(
      [options, &common, &action] { action = [options, &common] { run(*options, common); }; });
}

}  // namespace specbridge::tool
