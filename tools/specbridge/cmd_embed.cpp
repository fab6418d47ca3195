#include <fmt/format.h>

#include <memory>

#include "base/text.h"
#include "commands.h"
#include "shipped_model.h"
#include "specbridge/embed.h"
#include "specbridge/spectrum_reader.h"

namespace specbridge::tool {
namespace {

struct EmbedCommand {
  EmbedConfig config;
  bool spectra = false, molecules = false;
};

std::string summary_of(const EmbedConfig& config, const EmbedReport& report) {
  const bool of_spectra = report.kind == EmbedKind::spectra;
  std::string text = fmt::format(
      "{}: {} of {} numbers from {}", config.out.string(), counted(report.rows, "vector"),
      with_thousands(report.dim),
      of_spectra ? counted(report.records, "spectrum", "spectra") : counted(report.records, "row"));
  if (!report.without.empty()) text += fmt::format("; without: {}", counts_text(report.without));
  if (report.ms1_scans > 0) {
    text += fmt::format("; {} passed over", counted(report.ms1_scans, "MS1 scan"));
  }
  if (report.damaged_files > 0) {
    text += fmt::format("; {} could not be read to the end", counted(report.damaged_files, "file"));
  }
  return text + fmt::format("; whose they are: {}", ids_beside(config.out).string());
}

void run(EmbedCommand& options, CommonOptions& common) {
  EmbedConfig& config = options.config;
  config.existing = common.existing();
  if (options.spectra) config.kind = EmbedKind::spectra;
  if (options.molecules) config.kind = EmbedKind::molecules;
  const RunContext context = common.context();
  const ChosenModel model = chosen_model(config.model);
  config.model = model.path;
  const EmbedReport report = run_embed(config, context);
  if (common.json) common.console->print(to_json(report));
  common.console->summary(summary_of(config, report) + closing_words(model));
}

}  // namespace

void add_embed(CLI::App& app, CommonOptions& common, Action& action) {
  auto options = std::make_shared<EmbedCommand>();
  auto& config = options->config;
  CLI::App& command = *app.add_subcommand(
      "embed", "Write the vectors of spectra or molecules, for clustering, plots and classifiers");
  command
      .add_option(
          "inputs", config.inputs,
          fmt::format("Files of spectra ({}; folders of them) or molecule lists (SMILES [id], "
                      "id<TAB>SMILES, CSV or TSV with a header, SDF), gz or not; - reads standard "
                      "input",
                      kSpectrumFormats))
      ->required()
      ->type_name("FILE");
  tell(command
           .add_option("-o,--out", config.out,
                       "NumPy array to write (.npy); vectors.ids.tsv beside vectors.npy says whose "
                       "each row is")
           ->required(),
       "FILE");
  add_model(command, config.model, "Model directory made by specbridge train");
  constexpr const char* kGroup = "Inputs (default: told by content)";
  auto* spectra = command.add_flag("--spectra", options->spectra, "The inputs are spectra");
  spectra->group(kGroup);
  auto* molecules =
      command.add_flag("--molecules", options->molecules, "The inputs are molecule lists");
  molecules->excludes(spectra)->group(kGroup);
  add_in_format(command, config.format);
  command
      .add_option("--batch", config.in_flight, "Spectra in work at a time; never changes a result")
      ->check(CLI::Range(1, 1 << 20))
      ->capture_default_str();
  common.add_networks(command);
  common.add_force(command);
  common.add_basic(command);
  command.footer(
      "Rows are float32 and of unit length, in the order of the records; the inner product of a "
      "spectrum and a molecule is the cosine that search shows. Every record has a line in the "
      "table, with its row, or the reason why it has none. docs/guide/vectors.md shows what can "
      "be done with them.\n"
      "Example:\n"
      "  specbridge embed query.mgf -o query.npy\n"
      "  specbridge embed library.smi.gz -o library.npy");
  command.callback(
      [options, &common, &action] { action = [options, &common] { run(*options, common); }; });
}

}  // namespace specbridge::tool
