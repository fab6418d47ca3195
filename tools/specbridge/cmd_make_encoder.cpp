#include <fmt/format.h>

#include <memory>

#include "base/text.h"
#include "commands.h"
#include "pipeline/make_encoder.h"

namespace specbridge::tool {
namespace {

void run(MorganConfig& config, CommonOptions& common) {
  config.existing = common.existing();
  const MorganReport report = run_make_morgan(config, common.context());
  if (common.json) common.console->print(to_json(report));
  common.console->summary(
      fmt::format("{}: {} counted over {} ({} excluded, {}, {} rejected)", config.out.string(),
                  counted(report.environments, "environment"), counted(report.used, "molecule"),
                  with_thousands(report.excluded), counted(report.duplicates, "duplicate"),
                  with_thousands(report.rejected)));
}

}  // namespace

void add_make_encoder(CLI::App& app, CommonOptions& common, Action& action) {
  auto config = std::make_shared<MorganConfig>();
  CLI::App& parent = *app.add_subcommand(
      "make-encoder",
      "Make a molecule encoder that needs no download: specbridge make-encoder morgan");
  parent.require_subcommand(1);
  CLI::App& command = *parent.add_subcommand(
      "morgan",
      "Count Morgan fingerprint, log1p counts x idf over a molecule list, hashed, unit length");
  tell(command
           .add_option("--molecules", config->molecules,
                       "Molecule lists the idf weights are counted over")
           ->required(),
       "FILE");
  tell(command.add_option("-o,--out", config->out, "Encoder directory to write")->required(),
       "DIR");
  tell(command.add_option(
           "--exclude", config->exclude,
           "Molecule lists or files of spectra whose structures are left out of the counting (the "
           "validation molecules, for example); matched by first InChIKey block"),
       "FILE");
  command.add_option("--dim", config->dim, "Dimensions")
      ->check(CLI::Range(1, 65536))
      ->capture_default_str();
  command.add_option("--radius", config->radius, "Radius of the environments in bonds")
      ->check(CLI::Range(0, 6))
      ->capture_default_str();
  common.add_force(command);
  common.add_basic(command);
  command.footer(
      "Example:\n"
      "  specbridge make-encoder morgan --molecules library.smi.gz \\\n    --exclude val.mgf.gz "
      "-o morgan/");
  command.callback(
      [config, &common, &action] { action = [config, &common] { run(*config, common); }; });
}

}  // namespace specbridge::tool
