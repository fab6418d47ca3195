#include <fmt/format.h>

#include <memory>

#include "base/text.h"
#include "commands.h"
#include "specbridge/merge.h"

namespace specbridge::tool {
namespace {

void merge(MergeConfig& config, CommonOptions& common) {
  config.existing = common.existing();
  const MergeReport report = run_merge(config, common.context());
  if (common.json) common.console->print(to_json(report));
  std::string text = fmt::format("{}: {}", config.out.string(), counted(report.rows, "molecule"));
  if (config.libraries.size() > 1) {
    text += fmt::format(" from {} libraries, {}", config.libraries.size(),
                        counted(report.duplicates, "duplicate"));
  }
  if (report.removed > 0) text += fmt::format(", {} removed before are gone", report.removed);
  common.console->summary(text);
}

void add_common(CLI::App& command, MergeConfig& config, CommonOptions& common) {
  tell(command.add_option("-o,--out", config.out, "Library directory to write")->required(), "DIR");
  command.add_flag("--resume", config.resume,
                   "Go on with what an interrupted run left in OUT.building");
  common.add_force(command);
  common.add_basic(command);
}

}  // namespace

void add_merge(CLI::App& app, CommonOptions& common, Action& action) {
  auto config = std::make_shared<MergeConfig>();
  CLI::App& command = *app.add_subcommand("merge", "Make one library of several");
  command
      .add_option("libraries", config->libraries,
                  "Library directories of one molecule encoder: the parts that index --shard made, "
                  "or any others")
      ->required()
      ->type_name("DIR");
  add_common(command, *config, common);
  command.footer(
      "Molecules stand in one order, each once, with the id and name that the first library has "
      "for "
      "it; vectors are copied. Of all parts of one run comes, byte for byte, the library of a "
      "single "
      "run.\n"
      "Example:\n"
      "  specbridge merge parts/* -o library/");
  command.callback(
      [config, &common, &action] { action = [config, &common] { merge(*config, common); }; });
}

void add_compact(CLI::App& app, CommonOptions& common, Action& action) {
  auto config = std::make_shared<MergeConfig>();
  CLI::App& command = *app.add_subcommand(
      "compact", "Make a library as if it had been built at once: what was removed goes");
  config->libraries.resize(1);
  command.add_option("library", config->libraries.front(), "Library directory")
      ->required()
      ->type_name("DIR");
  add_common(command, *config, common);
  command.footer(
      "After many index --add and --remove: molecules stand in one order again, in few folders.\n"
      "Example:\n"
      "  specbridge compact library-7/ -o library/");
  command.callback(
      [config, &common, &action] { action = [config, &common] { merge(*config, common); }; });
}

}  // namespace specbridge::tool
