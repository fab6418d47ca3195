#include <fmt/format.h>

#include <filesystem>
#include <memory>
#include <optional>

#include "base/text.h"
#include "commands.h"
#include "shipped_model.h"
#include "specbridge/error.h"
#include "specbridge/index.h"
#include "specbridge/index_decoys.h"
#include "specbridge/index_spectra.h"

namespace specbridge::tool {
namespace {

struct IndexCommand {
  IndexConfig molecules;
  SpectralIndexConfig spectra;
  std::optional<std::filesystem::path> targets;  // of decoys
};

/// "none", or what rejects.tsv lists.
std::string rejected_text(std::size_t rejected, const std::map<std::string, std::size_t>& reasons) {
  const std::string count = fmt::format("{} rejected", with_thousands(rejected));
  if (rejected == 0) return count;
  return fmt::format("{} ({}; see rejects.tsv there)", count, counts_text(reasons));
}

void index_spectra(IndexCommand& options, CommonOptions& common) {
  SpectralIndexConfig& config = options.spectra;
  if (!options.molecules.molecules.empty() || options.molecules.encoder ||
      !options.molecules.keep.empty()) {
    throw UsageError(
        "index: --spectra makes a library of spectra, whose molecules are those of its records; "
        "index lists of molecules, --encoder and --keep in a run of its own");
  }
  config.out = options.molecules.out;
  config.model = options.molecules.model;
  config.existing = common.existing();
  const SpectralIndexReport report = run_index_spectra(config, common.context());
  if (common.json) common.console->print(to_json(report));
  std::string text = fmt::format(
      "{}: {} of {} from {}, {}, {}", config.out.string(),
      counted(report.spectra, "spectrum", "spectra"), counted(report.molecules, "molecule"),
      counted(report.read, "record"), counted(report.duplicates, "duplicate"),
      rejected_text(report.rejected, report.reasons));
  if (report.ms1_scans > 0) {
    text += fmt::format("; {} passed over", counted(report.ms1_scans, "MS1 scan"));
  }
  if (report.damaged_files > 0) {
    text +=
        fmt::format("; {} could not be read to their end", counted(report.damaged_files, "file"));
  }
  common.console->summary(text);
}

void index_decoys(const IndexCommand& options, CommonOptions& common) {
  const IndexConfig& molecules = options.molecules;
  if (!molecules.molecules.empty() || !options.spectra.spectra.empty() || molecules.encoder ||
      molecules.model || !molecules.keep.empty()) {
    throw UsageError(
        "index: --decoys makes decoys of a library of spectra that is there already; leave out "
        "lists of molecules, --spectra, --encoder, --model and --keep");
  }
  const DecoyIndexReport report =
      run_index_decoys({*options.targets, molecules.out, common.existing()}, common.context());
  if (common.json) common.console->print(to_json(report));
  common.console->summary(fmt::format("{}: {} of {}, {} with fewer peaks than the spectrum",
                                      molecules.out.string(), counted(report.decoys, "decoy"),
                                      counted(report.molecules, "molecule"),
                                      with_thousands(report.incomplete)));
}

void index_molecules(IndexConfig& config, CommonOptions& common) {
  if (config.molecules.empty()) {
    throw UsageError("index: expected lists of molecules, or --spectra with files of spectra");
  }
  config.existing = common.existing();
  const RunContext context = common.context();
  ChosenModel model;
  if (!config.encoder) {
    model = chosen_model(config.model.value_or(""));
    config.model = model.path;
  }
  const IndexReport report = run_index(config, context);
  if (common.json) common.console->print(to_json(report));
  const std::string text =
      fmt::format("{}: {} from {}, {}, {}", config.out.string(), counted(report.rows, "molecule"),
                  counted(report.read, "row"), counted(report.duplicates, "duplicate"),
                  rejected_text(report.rejected, report.reasons));
  common.console->summary(text + closing_words(model));
}

void run(IndexCommand& options, CommonOptions& common) {
  if (options.targets) {
    index_decoys(options, common);
  } else if (options.spectra.spectra.empty()) {
    index_molecules(options.molecules, common);
  } else {
    index_spectra(options, common);
  }
}

/// A library of spectra instead of molecules.
void add_spectra_options(CLI::App& command, IndexCommand& options) {
  SpectralIndexConfig& config = options.spectra;
  constexpr const char* kGroup = "Library of spectra";
  tell(command.add_option("--spectra", config.spectra,
                          "Spectra of known compounds (MGF, MSP, MassBank records, GNPS JSON, "
                          "mzML; folders): a library for search --spectral-library"),
       "FILE", kGroup);
  auto* preset = command.add_option(
      "--preset", config.preset,
      "How peaks are cleaned: entropy (below precursor - 1.6, above 1 %, merged within 0.05 Th), "
      "gnps or massbank");
  preset->capture_default_str()
      ->check(CLI::IsMember({"entropy", "gnps", "massbank"}))
      ->type_name("entropy|gnps|massbank")
      ->group(kGroup);
  add_in_format(command, config.format);
  auto* decoys = command.add_option(
      "--decoys", options.targets,
      "Library made with --spectra: write decoys of it, one for each spectrum with the same "
      "precursor and peaks of others, for search --decoy-library, which estimates by them how many "
      "answers are wrong");
  tell(decoys->excludes(preset), "DIR", kGroup);
}

}  // namespace

void add_index(CLI::App& app, CommonOptions& common, Action& action) {
  auto options = std::make_shared<IndexCommand>();
  auto* config = &options->molecules;
  CLI::App& command = *app.add_subcommand(
      "index", "Build a library: molecule lists, or spectra -> searchable directory");
  command
      .add_option(
          "molecules", config->molecules,
          "Molecule lists, gz or not: id<TAB>SMILES (PubChem's CID-SMILES), SMILES [id], CSV or "
          "TSV with a header, SDF; - reads standard input")
      ->type_name("FILE");
  tell(command.add_option("-o,--out", config->out, "Library directory to write")->required(),
       "DIR");
  common.needs[&command] = {{"", {"molecules", "--spectra", "--decoys"}}};
  auto* encoder = command.add_option("--encoder", config->encoder, "Molecule-encoder directory");
  tell(encoder, "DIR", "Encoder (one of)");
  tell(command
           .add_option("--model", config->model,
                       "Model directory: use the molecule encoder inside it (default of molecules: "
                       "the one that comes with the program, of MassBank spectra; of --spectra: "
                       "none, and the library has no vectors)")
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
  add_spectra_options(command, *options);
  common.add_seed(command, "Seed of what --decoys draws");
  common.add_device(command);
  common.add_force(command);
  common.add_basic(command);
  command.footer(
      "Every structure is standardised (largest fragment, neutral, without stereo); equal "
      "structures become one row with the first id and name. Rows that are no molecules are in "
      "rejects.tsv with a reason.\n"
      "Examples:\n"
      "  specbridge index CID-SMILES.gz -o library/ --faiss IVF256,SQ8\n"
      "  specbridge index --spectra massbank/ gnps.mgf -o speclib/\n"
      "  specbridge index --decoys speclib/ -o decoys/");
  command.callback(
      [options, &common, &action] { action = [options, &common] { run(*options, common); }; });
}

}  // namespace specbridge::tool
