#include <fmt/format.h>
#include <unistd.h>

#include <memory>

#include "base/text.h"
#include "commands.h"
#include "manual/description.h"
#include "specbridge/error.h"
#include "specbridge/render.h"
#include "store/paths.h"

namespace specbridge::tool {
namespace {

void run(RenderConfig& config, CommonOptions& common) {
  config.existing = common.existing();
  if (descriptor_of(config.out) == STDOUT_FILENO) config.out = "-";
  if (common.json && config.out == "-") {
    throw UsageError("render: --json and -o - both want standard output");
  }
  const RenderReport report = run_render(config, common.context(config.out));
  if (common.json) common.console->print(to_json(report));
  std::string text =
      fmt::format("{}, {} written as text", counted(report.queries, "spectrum", "spectra"),
                  with_thousands(report.rendered));
  if (!report.without.empty()) text += fmt::format("; without: {}", counts_text(report.without));
  if (config.out != "-") text += fmt::format("; texts in {}", config.out.string());
  common.console->summary(text);
}

}  // namespace

void add_render(CLI::App& app, CommonOptions& common, Action& action) {
  auto config = std::make_shared<RenderConfig>();
  CLI::App& command = *app.add_subcommand(
      "render", "Write spectra as text for a language model: peaks as words, one line each");
  tell(command.add_option("spectra", config->spectra, spectra_help())->required(), "FILE",
       kRequiredGroup);
  tell(command
           .add_option("-o,--out", config->out,
                       "Table to write (TSV); - writes standard output, as without it")
           ->capture_default_str(),
       "FILE");
  command
      .add_option("--preset", config->preset,
                  "How spectra are written: llm4ms (base_peak@93,max_peak@66 ..., the 30 most "
                  "intense of at least 0.5 % of the base peak, m/z truncated)")
      ->check(CLI::IsMember({"llm4ms"}))
      ->capture_default_str();
  command.add_option("--least", config->least, "Share of the base peak from which on peaks count")
      ->check(CLI::Range(0.0, 1.0))
      ->type_name("X");
  command.add_option("--peaks", config->peaks, "So many of the most intense peaks become words")
      ->check(CLI::Range(1, 1'000'000))
      ->type_name("N");
  command
      .add_option_function<std::string>(
          "--unit-mass",
          [config](const std::string& name) { config->unit_mass = parse_unit_mass(name); },
          "How m/z become whole: round (to the nearest), truncate, or none")
      ->check(CLI::IsMember({"none", "round", "truncate"}))
      ->type_name("none|round|truncate");
  add_in_format(command, config->format);
  common.add_force(command);
  common.add_basic(command);
  command.footer(
      "Columns: query_id query_index text status message. Of equal intensities the earlier peak "
      "comes first; the last word is the highest m/z of all that count.\n"
      "Example:\n"
      "  specbridge render ei.msp --preset llm4ms -o texts.tsv");
  command.callback(
      [config, &common, &action] { action = [config, &common] { run(*config, common); }; });
}

}  // namespace specbridge::tool
