#include <fmt/format.h>

#include <memory>

#include "base/text.h"
#include "commands.h"
#include "shipped_model.h"
#include "specbridge/page.h"

namespace specbridge::tool {

std::string page_text(const PageConfig& config, const PageReport& report) {
  return fmt::format("{}: page of {} with {}, {:.1f} MB", config.out.string(),
                     counted(report.queries, "spectrum", "spectra"),
                     counted(report.answers, "answer"), static_cast<double>(report.bytes) / 1e6);
}

namespace {

void run(PageConfig& config, CommonOptions& common) {
  config.existing = common.existing();
  const RunContext context = common.context(config.out);
  const ChosenModel model = chosen_model_for(config.hits, config.model);
  config.model = model.path;
  const PageReport report = run_page(config, context);
  if (common.json) common.console->print(to_json(report));
  common.console->summary(page_text(config, report) + closing_words(model));
}

}  // namespace

void add_page(CLI::App& app, CommonOptions& common, Action& action) {
  auto config = std::make_shared<PageConfig>();
  CLI::App& command = *app.add_subcommand(
      "page", "Show hits in a browser: hits and spectra -> one page with all answers drawn");
  add_searched(command, config->hits, config->spectra);
  add_searched_model(command, config->model);
  tell(command.add_option("-o,--out", config->out, "Page to write (HTML)")->required(), "FILE");
  command.add_option("--top", config->top, "Answers of a spectrum that are shown, the best ones")
      ->check(CLI::Range(1, 1'000))
      ->capture_default_str();
  add_searched_spectra(command, config->spectral_library);
  add_in_format(command, config->format);
  common.add_force(command);
  common.add_basic(command);
  command.footer(
      "The page is one file and opens without a network: a list of all spectra to sort, search and "
      "filter; of each spectrum the best answers as drawings, with names, links, evidence and "
      "probability, and the spectrum with the peaks in colour that fragments of the chosen answer "
      "explain, above the library spectrum that it rests on. specbridge search --page FILE writes "
      "it at once.\n"
      "Example:\n"
      "  specbridge page hits.tsv query.mgf -o hits.html");
  command.callback(
      [config, &common, &action] { action = [config, &common] { run(*config, common); }; });
}

}  // namespace specbridge::tool
