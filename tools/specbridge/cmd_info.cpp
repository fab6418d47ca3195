#include <fmt/format.h>

#include <memory>
#include <nlohmann/json.hpp>

#include "commands.h"
#include "pipeline/info.h"
#include "specbridge/error.h"

namespace specbridge::tool {
namespace {

void run(const std::filesystem::path& path, CommonOptions& common) {
  common.context();
  const ArtifactInfo info = run_info(path);
  if (common.json) {
    nlohmann::json json = {{"path", path.string()},
                           {"checksums_hold", info.damage.empty()},
                           {"manifest", nlohmann::json::parse(info.manifest)}};
    if (!info.damage.empty()) json["damage"] = info.damage;
    common.console->print(json.dump(2) + "\n");
  } else {
    std::string text;
    for (const auto& [label, value] : info.facts) {
      text += (value.empty() ? label : fmt::format("{:<30}{}", label, value)) + "\n";
    }
    common.console->print(text);
  }
  if (!info.damage.empty()) throw ArtifactError(info.damage);
}

}  // namespace

void add_info(CLI::App& app, CommonOptions& common, Action& action) {
  auto path = std::make_shared<std::filesystem::path>();
  CLI::App& command = *app.add_subcommand(
      "info", "Say what an encoder, model or library directory is and whether it is whole");
  tell(command.add_option("path", *path, "Directory")->required(), "DIR");
  common.add_basic(command);
  command.footer("Exit code 4 when the directory is none of these or a checksum does not hold.");
  command.callback([path, &common, &action] { action = [path, &common] { run(*path, common); }; });
}

}  // namespace specbridge::tool
