#include <fmt/format.h>

#include <memory>

#include "base/text.h"
#include "commands.h"
#include "shipped_model.h"
#include "specbridge/index.h"

namespace specbridge::tool {
namespace {

void run(IndexConfig& config, CommonOptions& common) {
  config.existing = common.existing();
  const RunContext context = common.context();
  ChosenModel model;
  if (!config.encoder) {
    model = chosen_model(config.model.value_or(""));
    config.model = model.path;
  }
  const IndexReport report = run_index(config, context);
  if (common.json) common.console->print(to_json(report));
  std::string text =
      fmt::format("{}: {} from {}, {}, {} rejected", config.out.string(),
                  counted(report.rows, "molecule"), counted(report.read, "row"),
                  counted(report.duplicates, "duplicate"), with_thousands(report.rejected));
  if (report.rejected > 0) {
    text += fmt::format(" ({}; see rejects.tsv there)", counts_text(report.reasons));
  }
  common.console->summary(text + closing_words(model));
}

}  // namespace

void add_index(CLI::App& app, CommonOptions& common, Action& action) {
  auto config = std::make_shared<IndexConfig>();
  CLI::App& command =
      *app.add_subcommand("index", "Build a library: molecule lists -> searchable directory");
  command
      .add_option(
          "molecules", config->molecules,
          "Molecule lists, gz or not: id<TAB>SMILES (PubChem's CID-SMILES), SMILES [id], CSV or "
          "TSV with a header, SDF; - reads standard input")
      ->required()
      ->type_name("FILE");
  tell(command.add_option("-o,--out", config->out, "Library directory to write")->required(),
       "DIR");
  auto* encoder = command.add_option("--encoder", config->encoder, "Molecule-encoder directory");
  tell(encoder, "DIR", "Encoder (one of)");
  tell(command
           .add_option("--model", config->model,
                       "Model directory: use the molecule encoder inside it" +
                           std::string(kShippedByDefault))
           ->excludes(encoder)
           ->check(named_model()),
       "DIR", "Encoder (one of)");
  command
      .add_option("--faiss", config->faiss,
                  "FAISS factory string of the index for --open searches, e.g. \"IVF256,SQ8\"")
      ->capture_default_str();
  tell(command
           .add_option(
               "--keep", config->keep,
               "Column of the lists (or tag of an SDF) that hits show as keep.COLUMN, e.g. CAS; "
               "may be repeated. Ids, names and InChIKeys are always kept")
           ->allow_extra_args(false),
       "COLUMN");
  common.add_device(command);
  common.add_force(command);
  common.add_basic(command);
  command.footer(
      "Every structure is standardised (largest fragment, neutral, without stereo); equal "
      "structures become one row with the first id and name. Rows that are no molecules are in "
      "rejects.tsv with a reason.\n"
      "Example:\n"
      "  specbridge index CID-SMILES.gz -o library/ --faiss IVF256,SQ8");
  command.callback(
      [config, &common, &action] { action = [config, &common] { run(*config, common); }; });
}

}  // namespace specbridge::tool
