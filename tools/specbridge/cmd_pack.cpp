#include <fmt/format.h>

#include <memory>

#include "commands.h"
#include "specbridge/pack.h"

namespace specbridge::tool {
namespace {

void run(PackConfig& config, CommonOptions& common) {
  config.existing = common.existing();
  const PackReport report = run_pack(config, common.context());
  if (common.json) common.console->print(to_json(report));
  common.console->summary(fmt::format("{}: {:.1f} MB, before {:.1f} MB", config.out.string(),
                                      static_cast<double>(report.bytes_after) / 1e6,
                                      static_cast<double>(report.bytes_before) / 1e6));
}

}  // namespace

void add_pack(CLI::App& app, CommonOptions& common, Action& action) {
  auto config = std::make_shared<PackConfig>();
  CLI::App& command = *app.add_subcommand(
      "pack", "Write a copy of a model that takes less room, to hand on: model -> model directory");
  tell(command.add_option("model", config->model, "Model directory")->required(), "DIR");
  tell(command.add_option("-o,--out", config->out, "Model directory to write")->required(), "DIR");
  common.add_force(command);
  common.add_basic(command);
  command.footer(
      "Weights are rounded: those of the networks to bfloat16, those of the fragment score to 8 "
      "bits. Scores differ a little from those of the model, ranks hardly; calibrate first, then "
      "pack, and measure the copy by eval before you hand it on. Libraries fit both.\n"
      "Example:\n"
      "  specbridge pack calibrated/ -o small/");
  command.callback(
      [config, &common, &action] { action = [config, &common] { run(*config, common); }; });
}

}  // namespace specbridge::tool
