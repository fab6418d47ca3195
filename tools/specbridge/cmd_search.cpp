#include <fmt/format.h>
#include <unistd.h>

#include <memory>

#include "base/text.h"
#include "commands.h"
#include "generation_options.h"
#include "manual/description.h"
#include "reference_options.h"
#include "search_summary.h"
#include "shipped_model.h"
#include "specbridge/error.h"
#include "specbridge/explain.h"
#include "specbridge/page.h"
#include "specbridge/search.h"
#include "store/paths.h"

namespace specbridge::tool {
namespace {

struct SearchCommand {
  SearchConfig config;
  std::vector<std::filesystem::path> libraries;
  std::optional<std::string> tolerance, adducts;
  std::optional<std::filesystem::path> decoys;
  bool open = false, by_formula = false, fail_if_empty = false, strict = false;
  std::optional<std::filesystem::path> explain, page;
  ReferenceOptions references;
  GenerationOptions generation;
};

/// Whether library spectra are all that is searched: then no model is needed.
bool searches_spectra_alone(const SearchCommand& options) {
  const SearchSources& sources = options.config.sources;
  return options.references.library && !sources.library && !sources.pools;
}

/// Exactly one way to choose candidates; the mass window is the default.
CandidateMode chosen_mode(const SearchCommand& options) {
  const int chosen = (options.tolerance ? 1 : 0) + (options.open ? 1 : 0) +
                     (options.by_formula ? 1 : 0) + (options.config.sources.pools ? 1 : 0);
  if (chosen > 1) {
    throw UsageError(
        "search: --tolerance, --formula, --candidates and --open choose candidates in different "
        "ways; "
        "give one of them");
  }
  if (options.open) return CandidateMode::open;
  if (options.by_formula) return CandidateMode::formula;
  return options.config.sources.pools ? CandidateMode::pools : CandidateMode::mass_window;
}

/// An option whose value may be left out takes the next word for it.
void check_spectra(const SearchConfig& config) {
  if (!config.spectra.empty()) return;
  throw UsageError(
      config.sources.choice.formula.empty()
          ? std::string("search: expected files of spectra; see specbridge search --help")
          : fmt::format(
                "search: expected files of spectra; \"{}\" was taken for the formula, write "
                "--formula=F, or the files first",
                config.sources.choice.formula));
}

/// Views are made of the table of hits. @throws UsageError where there is none to be read back
void check_readable_back(const SearchConfig& search, std::string_view option) {
  if (search.out == "-") {
    throw UsageError(
        fmt::format("search: {} reads the table of hits; name a file with --out", option));
  }
  if (format_of_hits(search) != HitsFormat::mztab_m) return;
  throw UsageError(
      fmt::format("search: {} reads the hits, which cannot be read back from mzTab-M; write them "
                  "with --format tsv, csv or jsonl",
                  option));
}

/// What a command that shows hits is asked for once there is a table.
template <typename Config>
Config view_of(const SearchConfig& search, const std::filesystem::path& out) {
  Config config;
  config.hits = search.out;
  config.spectra = search.spectra;
  config.format = search.format;
  config.model = model_to_show(search.sources.model);
  if (search.sources.references) config.spectral_library = search.sources.references->library;
  config.out = out;
  config.existing = search.existing;
  return config;
}

/// Shows the hits as was asked, and says so.
std::string show(const SearchCommand& options, const RunContext& context) {
  std::string text;
  if (options.explain) {
    const auto config = view_of<ExplainConfig>(options.config, *options.explain);
    text += "; " + explained_text(config, run_explain(config, context));
  }
  if (options.page) {
    const auto config = view_of<PageConfig>(options.config, *options.page);
    text += "; " + page_text(config, run_page(config, context));
  }
  return text;
}

/// What can be known of it before there is a table.
void check_views(const SearchCommand& options, const RunContext& context) {
  if (options.explain) {
    check_readable_back(options.config, "--explain");
    check_explain(view_of<ExplainConfig>(options.config, *options.explain), context);
  }
  if (options.page) {
    check_readable_back(options.config, "--page");
    check_page(view_of<PageConfig>(options.config, *options.page), context);
  }
}

void take_libraries(const std::vector<std::filesystem::path>& libraries, SearchSources& sources) {
  if (libraries.empty()) return;
  sources.library = libraries.front();
  sources.further_libraries.assign(libraries.begin() + 1, libraries.end());
}

void run(SearchCommand& options, CommonOptions& common) {
  SearchConfig& config = options.config;
  check_spectra(config);
  take_libraries(options.libraries, config.sources);
  config.sources.choice.mode = chosen_mode(options);
  const CandidateChoice& choice = config.sources.choice;
  if (choice.open == OpenSearch::exact && choice.mode != CandidateMode::open) {
    throw UsageError("search: --exact is for searches with --open; others are exact anyway");
  }
  if (options.tolerance) config.sources.choice.tolerance = parse_tolerance(*options.tolerance);
  if (options.adducts) config.sources.choice.adducts = parse_adduct_list(*options.adducts);
  if (options.strict) config.max_errors = 0;
  config.existing = common.existing();
  if (descriptor_of(config.out) == STDOUT_FILENO) config.out = "-";
  if (common.json && config.out == "-") {
    throw UsageError("search: --json and -o - both want standard output");
  }
  config.sources.references = references_of(options.references, "search");
  config.sources.generation = generation_of(options.generation);
  if (options.decoys && !config.sources.references) {
    throw UsageError("search: --decoy-library: expected --spectral-library with it");
  }
  if (options.decoys) config.sources.references->decoys = options.decoys;
  const RunContext context = common.context(config.out);
  const bool without_model = searches_spectra_alone(options) && config.sources.model.empty();
  const ChosenModel model = without_model ? ChosenModel() : chosen_model(config.sources.model);
  config.sources.model = model.path;
  check_views(options, context);
  const SearchReport report = run_search(config, context);
  if (common.json) common.console->print(to_json(report));
  std::string text = search_summary(report, config);
  if (config.out != "-") text += fmt::format("; hits in {}", config.out.string());
  text += show(options, context);
  common.console->summary(text + closing_words(model));
  if (options.fail_if_empty && report.answered == 0) throw NothingFound();
}

void add_choice(CLI::App& command, SearchCommand& options) {
  constexpr const char* kGroup = "Candidates (one of)";
  tell(command.add_option("--tolerance", options.tolerance,
                          "Mass window from precursor m/z, adduct and charge: 10ppm, 0.005Da, or "
                          "10ppm,0.005Da for the larger of both (the default is 10ppm)"),
       "WIDTH", kGroup);
  command
      .add_option_function<std::vector<std::string>>(
          "--formula",
          [&options](const std::vector<std::string>& values) {
            options.by_formula = true;
            options.config.sources.choice.formula = values.empty() ? "" : values.front();
          },
          "Molecules of a formula: --formula=C10H10O3, or --formula alone for each record's "
          "FORMULA")
      ->expected(0, 1)
      ->trigger_on_parse()
      ->type_name("F")
      ->group(kGroup);
  tell(command.add_option("--candidates", options.config.sources.pools,
                          std::string(kPoolsHelp) + "; needs no library"),
       "FILE", kGroup);
  command
      .add_flag(
          "--open", options.open,
          "Everything in the library, by its index, re-scored exactly; of library spectra alone: "
          "those of any precursor")
      ->group(kGroup);
}

/// How hits are written, and what is written beside them.
void add_tables(CLI::App& command, SearchConfig& config) {
  command
      .add_option_function<std::string>(
          "--format",
          [&config](const std::string& name) { config.hits_format = parse_hits_format(name); },
          "Format of the hits: tsv, csv, jsonl (one JSON object a spectrum) or mztab-m (mzTab-M "
          "2.0); without: by the ending of --out (.csv, .jsonl, .mztab), else tsv")
      ->check(CLI::IsMember({"tsv", "csv", "jsonl", "mztab-m"}))
      ->type_name("tsv|csv|jsonl|mztab-m");
  tell(command
           .add_option("--keep", config.keep,
                       "Column that index --keep kept in the library, to be shown as keep.COLUMN; "
                       "several separated by commas, or by repeating it; without: all of them")
           ->allow_extra_args(false),
       "COLUMN");
  tell(command.add_option("--mzmine", config.mzmine,
                          "Annotations to write as CSV that MZmine 4 imports (local compound "
                          "database search), by m/z and retention time of the features; spectra "
                          "without FEATURE_ID are left out"),
       "FILE");
}

void add_merge(CLI::App& command, Merge& merge) {
  command
      .add_option_function<std::string>(
          "--merge", [&merge](const std::string& name) { merge = parse_merge(name); },
          "feature: answer spectra of one feature together, by the mean of their scores: those of "
          "one file, ion and precursor (tolerance) with the same FEATURE_ID or name, or near "
          "retention times (0.1 min)")
      ->check(CLI::IsMember({"feature"}))
      ->type_name("feature");
}

void add_decoys(CLI::App& command, std::optional<std::filesystem::path>& decoys) {
  tell(command.add_option("--decoy-library", decoys,
                          "Decoys of the --spectral-library, made by specbridge index --decoys: "
                          "q-values are estimated from how similar they are; without, from second "
                          "answers. Where library spectra alone are searched"),
       "DIR", "Library spectra");
}

/// How certain answers must be.
void add_limits(CLI::App& command, AnswerLimits& limits) {
  constexpr const char* kGroup = "Certainty (calibrated models)";
  const auto share = [&](const std::string& name, std::optional<double>& value,
                         const std::string& help) {
    command
        .add_option_function<double>(
            name, [&value](const double& given) { value = given; }, help)
        ->check(CLI::Range(0.0, 1.0))
        ->type_name("SHARE")
        ->group(kGroup);
  };
  share("--min-probability", limits.min_probability,
        "Leave out the answers to a spectrum whose first is right with less than this probability");
  share(
      "--max-q", limits.max_q,
      "Leave them out where the q-value is above this: the share of wrong ones to be feared among "
      "all first answers of the run that are as certain");
}

/// What is made of the table of hits at once.
void add_views(CLI::App& command, SearchCommand& options) {
  tell(command.add_option("--explain", options.explain,
                          "Directory to write: which fragment each peak is, for the best three "
                          "answers; see specbridge help explain"),
       "DIR");
  tell(command.add_option("--page", options.page,
                          "Page to write (HTML) that shows the best ten answers with their spectra "
                          "in a browser; see specbridge help page"),
       "FILE");
}

void add_accounting(CLI::App& command, SearchCommand& options) {
  auto* max_errors = command.add_option_function<std::size_t>(
      "--max-errors", [&options](const std::size_t& limit) { options.config.max_errors = limit; },
      "Stop with exit code 3 when more records than this cannot be used, or a file breaks off "
      "(default: go on, also behind a damaged file of a folder)");
  constexpr const char* kGroup = "What cannot be used";
  max_errors->check(CLI::Range(0, 1'000'000'000))->group(kGroup);
  command
      .add_flag("--strict", options.strict, "Stop at the first record or file that cannot be used")
      ->excludes(max_errors)
      ->group(kGroup);
  command
      .add_flag("--fail-if-empty", options.fail_if_empty,
                "Exit with code 1 when no spectrum got a hit")
      ->group(kGroup);
  tell(command.add_option("--rejects", options.config.rejects,
                          "Table to write of the records that cannot be used: file, line, "
                          "query_index, reason, message"),
       "FILE", kGroup);
  tell(command.add_option("--run-json", options.config.run_json,
                          "Record of the run to write: counts by reason, inputs, model (default: "
                          "<out>.run.json; none for -o -)"),
       "FILE", kGroup);
}

/// How an --open search finds candidates.
void add_open_search(CLI::App& command, CandidateChoice& choice) {
  command
      .add_option(
          "--nprobe", choice.effort,
          "Lists to visit in an --open search of a library that was made with --faiss IVF... (0: a "
          "quarter, at least 16)")
      ->capture_default_str();
  command
      .add_flag_callback(
          "--exact", [&choice] { choice.open = OpenSearch::exact; },
          "In an --open search compare with every molecule instead of asking the index")
      ->group("Options");
}

}  // namespace

void add_search(CLI::App& app, CommonOptions& common, Action& action) {
  auto options = std::make_shared<SearchCommand>();
  auto& config = options->config;
  CLI::App& command = *app.add_subcommand(
      "search", "Rank molecules for spectra: MGF, MSP, mzML ... -> table of hits");
  tell(command.add_option("spectra", config.spectra, spectra_help()), "FILE", kRequiredGroup);
  add_model(command, config.sources.model, "Model directory made by specbridge train");
  tell(command
           .add_option("-o,--out", config.out, "Table of hits to write; - writes standard output")
           ->required(),
       "FILE");
  add_tables(command, config);
  tell(command
           .add_option("--library", options->libraries,
                       "Library directory made by specbridge index, may be repeated: they are "
                       "searched as one; or the address of a database that specbridge export wrote "
                       "to (postgres://...). Needed but with --candidates or --spectral-library")
           ->allow_extra_args(false),
       "DIR");
  common.needs[&command] = {{"", {"--library", "--candidates", "--spectral-library"}}};
  command.add_option("-k", config.options.k, "Hits per spectrum; 0 writes all candidates")
      ->check(CLI::Range(0, 1'000'000'000))
      ->capture_default_str();
  add_choice(command, *options);
  add_references(command, options->references);
  add_decoys(command, options->decoys);
  add_generation_options(command, options->generation);
  add_denovo(command, options->generation);
  add_rank_by(command, config.sources.rank_by);
  add_rescore(command, config.sources.rescore);
  command
      .add_option("--adducts", options->adducts,
                  "Adducts tried, one mass window each, where a record states none that can be "
                  "read: [M+H]+,[M+Na]+")
      ->type_name("LIST");
  add_merge(command, config.merge);
  add_limits(command, config.limits);
  add_views(command, *options);
  add_in_format(command, config.format);
  add_accounting(command, *options);
  add_open_search(command, config.sources.choice);
  command
      .add_option("--batch", config.options.in_flight,
                  "Spectra in work at a time; never changes a result")
      ->check(CLI::Range(1, 1 << 20))
      ->capture_default_str();
  common.add_networks(command);
  common.add_force(command);
  common.add_basic(command);
  command.footer(
      "Every spectrum leaves at least one row; `status` and `message` say why one has no hits. "
      "Score is the cosine in the molecule space, or of a calibrated model the weighed evidence; "
      "comparable within a query only. Between queries compare `probability`.\n"
      "Examples:\n"
      "  specbridge search query.mgf --library library/ -o hits.tsv -k 10\n"
      "  specbridge search query.mgf --spectral-library speclib/ -o hits.tsv");
  command.callback(
      [options, &common, &action] { action = [options, &common] { run(*options, common); }; });
}

}  // namespace specbridge::tool
