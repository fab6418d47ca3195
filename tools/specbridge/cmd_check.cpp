#include <fmt/format.h>

#include <memory>

#include "base/text.h"
#include "commands.h"
#include "pipeline/check.h"
#include "specbridge/error.h"

namespace specbridge::tool {
namespace {

struct CheckCommand {
  CheckConfig config;
  std::string tolerance = "10ppm";
};

/// One line for a run that has nothing to search.
InputError nothing_usable(const CheckReport& report) {
  const auto& first = report.files.front();
  if (report.files.size() == 1 && first.spectra == 0 && !first.error.empty()) {
    return InputError(first.error);
  }
  std::size_t spectra = 0;
  for (const auto& file : report.files) spectra += file.spectra;
  return InputError(fmt::format("none of {} in {} can be searched; the report says why",
                                counted(spectra, "spectrum", "spectra"),
                                counted(report.files.size(), "file")));
}

void run(CheckCommand& options, CommonOptions& common) {
  options.config.tolerance = parse_tolerance(options.tolerance);
  const CheckReport report = run_check(options.config, common.context());
  common.console->print(common.json ? to_json(report) : to_table(report));
  if (report.usable() == 0) throw nothing_usable(report);
}

}  // namespace

void add_check(CLI::App& app, CommonOptions& common, Action& action) {
  auto options = std::make_shared<CheckCommand>();
  CLI::App& command = *app.add_subcommand(
      "check", "Say what files of spectra hold, what a search would leave out and how to mend it");
  tell(command.add_option("spectra", options->config.spectra, spectra_help())->required(), "FILE");
  add_in_format(command, options->config.format);
  command
      .add_option("--tolerance", options->tolerance,
                  "Width beyond which precursor, adduct and structure disagree")
      ->capture_default_str()
      ->type_name("WIDTH");
  common.add_basic(command);
  command.footer(
      "Needs no model. Exit code 3 when no spectrum could be searched.\n"
      "Example:\n"
      "  specbridge check runs/ library.msp");
  command.callback(
      [options, &common, &action] { action = [options, &common] { run(*options, common); }; });
}

}  // namespace specbridge::tool
