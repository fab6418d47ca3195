#include <fmt/format.h>

#include <memory>

#include "base/text.h"
#include "commands.h"
#include "shipped_model.h"
#include "specbridge/explain.h"

namespace specbridge::tool {

std::string explained_text(const ExplainConfig& config, const ExplainReport& report) {
  std::string text = fmt::format(
      "{}: {} to {} explained, {}", config.out.string(), counted(report.explained, "answer"),
      counted(report.queries, "query", "queries"), counted(report.drawings, "drawing"));
  if (report.drawings_left_out > 0) {
    text += fmt::format(" ({} more with --drawings)", with_thousands(report.drawings_left_out));
  }
  if (report.not_taken_apart > 0) {
    text += fmt::format("; {} could not be taken apart, explained.json says why",
                        counted(report.not_taken_apart, "answer"));
  }
  if (report.without_answer > 0) {
    text +=
        fmt::format("; {} without an answer", counted(report.without_answer, "query", "queries"));
  }
  return text;
}

namespace {

void run(ExplainConfig& config, CommonOptions& common) {
  config.existing = common.existing();
  const RunContext context = common.context();
  const ChosenModel model = chosen_model_for(config.hits, config.model);
  config.model = model.path;
  const ExplainReport report = run_explain(config, context);
  if (common.json) common.console->print(to_json(report));
  common.console->summary(explained_text(config, report) + closing_words(model));
}

}  // namespace

void add_explain(CLI::App& app, CommonOptions& common, Action& action) {
  auto config = std::make_shared<ExplainConfig>();
  CLI::App& command = *app.add_subcommand(
      "explain",
      "Show which fragment each peak is: hits and spectra -> tables and drawings of the answers");
  add_searched(command, config->hits, config->spectra);
  add_searched_model(command, config->model);
  tell(command
           .add_option("-o,--out", config->out,
                       "Directory for peaks.tsv, explained.json and the drawings")
           ->required(),
       "DIR");
  command.add_option("--top", config->top, "Answers of a query to explain, the best ones")
      ->check(CLI::Range(1, 1'000'000))
      ->capture_default_str();
  tell(command
           .add_option("--query", config->queries,
                       "Explain only the query of this name (query_id); may be given several times")
           ->allow_extra_args(false),
       "ID");
  command
      .add_option("--drawings", config->drawings,
                  "Drawings (SVG) at most, the first in the order of the table; 0: none")
      ->check(CLI::Range(0, 1'000'000))
      ->capture_default_str();
  add_searched_spectra(command, config->spectral_library);
  add_in_format(command, config->format);
  common.add_force(command);
  common.add_basic(command);
  command.footer(
      "A molecule is taken apart at one to three bonds. A peak is explained by the fragment that "
      "the model's fragment score holds for the likeliest; what it adds to the score stands "
      "beside it, and all of an answer add up to evidence.fragments of the table of hits (where "
      "spectra were merged, "
      "to the score of the spectrum that is shown). Ions of several charges or molecules are not "
      "taken apart; that is said instead.\n"
      "Example:\n"
      "  specbridge explain hits.tsv query.mgf --top 3 -o explained/");
  command.callback(
      [config, &common, &action] { action = [config, &common] { run(*config, common); }; });
}

}  // namespace specbridge::tool
