#include <fmt/format.h>

#include <array>
#include <filesystem>
#include <memory>
#include <optional>
#include <string_view>
#include <utility>

#include "base/text.h"
#include "commands.h"
#include "shipped_model.h"
#include "specbridge/error.h"
#include "specbridge/index.h"
#include "specbridge/index_decoys.h"
#include "specbridge/index_forecast.h"
#include "specbridge/index_spectra.h"
#include "specbridge/remove_molecules.h"
#include "specbridge/spectrum_reader.h"

namespace specbridge::tool {
namespace {

struct IndexCommand {
  IndexConfig molecules;
  SpectralIndexConfig spectra;
  std::optional<std::filesystem::path> targets;  // of decoys
  std::string rows, part;
  std::optional<std::filesystem::path> added, removed_ids, library;
  bool dry_run = false;
};

/// "none", or what rejects.tsv lists.
std::string rejected_text(std::size_t rejected, const std::map<std::string, std::size_t>& reasons) {
  const std::string count = fmt::format("{} rejected", with_thousands(rejected));
  if (rejected == 0) return count;
  return fmt::format("{} ({}; see rejects.tsv there)", count, counts_text(reasons));
}

/// Options of molecule libraries that a run of another kind would not heed. @throws UsageError
void refuse_building_options(const IndexCommand& options, std::string_view kind) {
  const IndexConfig& config = options.molecules;
  const std::array given = {
      std::pair{"--resume", config.resume},
      std::pair{"--dry-run", options.dry_run},
      std::pair{"--shard", !options.part.empty()},
      std::pair{"--add", options.added.has_value()},
  };
  for (const auto& [name, is_given] : given) {
    if (!is_given) continue;
    throw UsageError(
        fmt::format("index: {} is for libraries made of molecule lists; leave it out "
                    "with {}",
                    name, kind));
  }
}

void index_spectra(IndexCommand& options, CommonOptions& common) {
  refuse_building_options(options, "--spectra");
  SpectralIndexConfig& config = options.spectra;
  if (!options.molecules.molecules.empty() || options.molecules.encoder ||
      !options.molecules.keep.empty()) {
    throw UsageError(
        "index: --spectra makes a library of spectra, whose molecules are those of its records; "
        "index lists of molecules, --encoder and --keep in a run of its own");
  }
  config.out = options.molecules.out;
  config.model = options.molecules.model;
  if (!options.rows.empty() && options.rows != "auto") config.rows = parse_row_type(options.rows);
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
  if (report.electron_spectra > 0) {
    text += fmt::format("; {} of electron ionisation, preset {}",
                        with_thousands(report.electron_spectra), report.preset);
  }
  if (report.damaged_files > 0) {
    text +=
        fmt::format("; {} could not be read to their end", counted(report.damaged_files, "file"));
  }
  common.console->summary(text);
}

/// Options of libraries that are made of something. @throws UsageError
void refuse_rows(const IndexCommand& options, std::string_view kind) {
  if (options.rows.empty()) return;
  throw UsageError(fmt::format(
      "index: --rows is for libraries that get vectors of a model; leave it out with {}", kind));
}

void index_decoys(const IndexCommand& options, CommonOptions& common) {
  refuse_building_options(options, "--decoys");
  refuse_rows(options, "--decoys");
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

/// "2/8". @throws UsageError
IndexPart parse_part(const std::string& text) {
  const auto slash = text.find('/');
  const auto number = parse_integer(text.substr(0, slash));
  const auto of = slash == std::string::npos ? std::nullopt : parse_integer(text.substr(slash + 1));
  if (number && of && *number >= 1 && *of >= *number) {
    return {static_cast<std::size_t>(*number), static_cast<std::size_t>(*of)};
  }
  throw UsageError(
      fmt::format("--shard {}: expected a part and how many there are, for example 2/8", text));
}

void remove_molecules(const IndexCommand& options, CommonOptions& common) {
  refuse_building_options(options, "--remove");
  refuse_rows(options, "--remove");
  const IndexConfig& config = options.molecules;
  if (!config.molecules.empty() || config.encoder || config.model) {
    throw UsageError(
        "index: --remove makes a smaller library of one that is there; leave out lists of "
        "molecules, --encoder and --model");
  }
  const RemoveReport report = run_remove(
      {*options.removed_ids, *options.library, config.out, common.existing()}, common.context());
  if (common.json) common.console->print(to_json(report));
  common.console->summary(fmt::format("{}: {} removed, {} left", config.out.string(),
                                      counted(report.removed, "molecule"),
                                      with_thousands(report.rows)));
}

/// "1.2 GB".
std::string bytes_text(double bytes) {
  constexpr double kStep = 1000;
  for (const char* unit : {"B", "kB", "MB", "GB"}) {
    if (bytes < kStep) return fmt::format("{:.3g} {}", bytes, unit);
    bytes /= kStep;
  }
  return fmt::format("{:.3g} TB", bytes);
}

std::string duration_text(double seconds) {
  constexpr double kMinute = 60, kHour = 3600, kDay = 86400;
  if (seconds < 2 * kMinute) return fmt::format("{:.0f} seconds", seconds);
  if (seconds < 2 * kHour) return fmt::format("{:.0f} minutes", seconds / kMinute);
  if (seconds < 2 * kDay) return fmt::format("{:.1f} hours", seconds / kHour);
  return fmt::format("{:.1f} days", seconds / kDay);
}

void forecast(const IndexConfig& config, CommonOptions& common) {
  const RunContext context = common.context();
  const IndexForecast found = forecast_index(config, context);
  if (common.json) {
    common.console->print(to_json(found));
    return;
  }
  common.console->print(fmt::format(
      "rows of the lists   about {}\nmolecules           about {} (a sample of {} rows had {})\n"
      "vectors kept as     {}\ntime                about {} with {}\ndisk                about {}, "
      "and {} more while it is built\nmemory              about {}\n",
      with_thousands(static_cast<std::size_t>(found.rows)),
      with_thousands(static_cast<std::size_t>(found.molecules)), with_thousands(found.sampled_rows),
      with_thousands(found.sampled_molecules), to_string(found.row_type),
      duration_text(found.seconds), counted(context.threads, "thread"),
      bytes_text(found.disk_bytes), bytes_text(found.work_bytes), bytes_text(found.memory_bytes)));
}

/// Takes what is added, and the words of options, into the configuration. @throws UsageError
void complete(IndexCommand& options) {
  IndexConfig& config = options.molecules;
  if (options.added) {
    config.molecules.push_back(*options.added);
    config.added_to = options.library;
  }
  if (!options.rows.empty() && options.rows != "auto") config.rows = parse_row_type(options.rows);
  if (!options.part.empty()) config.part = parse_part(options.part);
  if (config.part && config.added_to) {
    throw UsageError("index: --shard and --add do not go together; add to the merged library");
  }
}

void index_molecules(IndexCommand& options, CommonOptions& common) {
  complete(options);
  IndexConfig& config = options.molecules;
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
  if (options.dry_run) {
    forecast(config, common);
    return;
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
  } else if (options.removed_ids) {
    remove_molecules(options, common);
  } else if (options.spectra.spectra.empty()) {
    index_molecules(options, common);
  } else {
    index_spectra(options, common);
  }
}

/// A library of spectra instead of molecules.
void add_spectra_options(CLI::App& command, IndexCommand& options) {
  SpectralIndexConfig& config = options.spectra;
  constexpr const char* kGroup = "Library of spectra";
  tell(command.add_option(
           "--spectra", config.spectra,
           fmt::format("Spectra of known compounds ({}; folders): a library for search "
                       "--spectral-library",
                       kSpectrumFormats)),
       "FILE", kGroup);
  auto* preset = command.add_option(
      "--preset", config.preset,
      "How peaks are cleaned and compared: entropy (below precursor - 1.6, above 1 %, merged "
      "within 0.05 Th), gnps or massbank; of electron ionisation, at whole masses: ei (weighted "
      "cosine), nist or stein-scott (composites). Without: ei where the first record of use is of "
      "electron ionisation, else entropy");
  preset->check(CLI::IsMember({"entropy", "gnps", "massbank", "ei", "nist", "stein-scott"}))
      ->type_name("NAME")
      ->group(kGroup);
  command
      .add_option_function<std::string>(
          "--unit-mass",
          [&config](const std::string& name) { config.unit_mass = parse_unit_mass(name); },
          "Whole m/z: round (to the nearest) or truncate; peaks of one become one with their sum. "
          "none: as they are (without: as the preset has it)")
      ->check(CLI::IsMember({"none", "round", "truncate"}))
      ->type_name("none|round|truncate")
      ->group(kGroup);
  command
      .add_option("--mz-power", config.mz_power,
                  "In weighted scores a peak weighs m/z to this power (without: the preset's)")
      ->type_name("X")
      ->group(kGroup);
  command.add_option("--intensity-power", config.intensity_power, "times intensity to this power")
      ->type_name("X")
      ->group(kGroup);
  add_in_format(command, config.format);
  auto* decoys = command.add_option(
      "--decoys", options.targets,
      "Library made with --spectra: write decoys of it, one for each spectrum with the same "
      "precursor and peaks of others, for search --decoy-library, which estimates by them how many "
      "answers are wrong");
  tell(decoys->excludes(preset), "DIR", kGroup);
}

/// Long builds, and libraries that change.
void add_building_options(CLI::App& command, IndexCommand& options) {
  IndexConfig& config = options.molecules;
  command
      .add_option("--rows", options.rows,
                  "How vectors are kept: f32; f16 (half the disk) or i8 (a quarter), which lose "
                  "little; auto: f16 from a million rows of lists on, of spectra f32")
      ->check(CLI::IsMember({"auto", "f32", "f16", "i8"}))
      ->type_name("auto|f32|f16|i8")
      ->default_str("auto");
  constexpr const char* kLong = "Long builds";
  command
      .add_flag("--resume", config.resume,
                "Go on with what an interrupted run left in OUT.building; the library has the same "
                "bytes in the end")
      ->group(kLong);
  command
      .add_flag("--dry-run", options.dry_run,
                "Say what it would come to (molecules, time, disk, memory), from a sample of the "
                "lists; writes nothing")
      ->group(kLong);
  tell(command.add_option("--shard", options.part,
                          "Build the I-th of N parts, on as many machines; specbridge merge makes "
                          "one library of all"),
       "I/N", kLong);
  tell(command
           .add_option("--shard-rows", config.shard_rows,
                       "Molecules in one folder of the library at most: a run that is resumed goes "
                       "on behind the last whole one")
           ->check(CLI::PositiveNumber)
           ->capture_default_str(),
       "N", kLong);
  constexpr const char* kChange = "Changing a library (the old one stays as it is)";
  auto* library = command.add_option("--library", options.library,
                                     "Library that --add or --remove "
                                     "starts from");
  auto* added = command.add_option("--add", options.added,
                                   "Molecule list whose molecules come to those of --library");
  auto* removed =
      command.add_option("--remove", options.removed_ids,
                         "List of ids, one a line: the library without their molecules");
  tell(added->needs(library)->excludes(removed), "FILE", kChange);
  tell(removed->needs(library), "FILE", kChange);
  tell(library, "DIR", kChange);
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
  common.needs[&command] = {{"", {"molecules", "--spectra", "--decoys", "--add", "--remove"}}};
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
                  "Index for --open searches; auto: signs of the vectors, a bit a number "
                  "(docs/method/rows); "
                  "or a FAISS factory string, e.g. \"IVF256,SQ8\"")
      ->capture_default_str();
  tell(command
           .add_option(
               "--keep", config->keep,
               "Column of the lists (or tag of an SDF) that hits show as keep.COLUMN, e.g. CAS; "
               "may be repeated. Ids, names and InChIKeys are always kept")
           ->allow_extra_args(false),
       "COLUMN");
  add_building_options(command, *options);
  add_spectra_options(command, *options);
  common.add_seed(command, "Seed of what --decoys draws");
  common.add_networks(command);
  common.add_force(command);
  common.add_basic(command);
  command.footer(
      "Every structure is standardised (largest fragment, neutral, without stereo); equal "
      "structures become one row with the first id and name. Rows that are no molecules are in "
      "rejects.tsv with a reason.\n"
      "Examples:\n"
      "  specbridge index CID-SMILES.gz -o library/\n"
      "  specbridge index --add new.smi --library library/ -o library-2/\n"
      "  specbridge index --spectra massbank/ gnps.mgf -o speclib/\n"
      "  specbridge index --decoys speclib/ -o decoys/");
  command.callback(
      [options, &common, &action] { action = [options, &common] { run(*options, common); }; });
}

}  // namespace specbridge::tool
