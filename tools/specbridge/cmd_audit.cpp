#include <fmt/format.h>

#include <memory>

#include "commands.h"
#include "generation_options.h"
#include "pipeline/audit.h"

namespace specbridge::tool {
namespace {

struct AuditCommand {
  AuditConfig config;
  GenerationOptions generation;
  bool strict = false;
};

void run(AuditCommand& options, CommonOptions& common) {
  AuditConfig& config = options.config;
  config.existing = common.existing();
  config.generation = generation_of(options.generation);
  const AuditReport report = run_audit(config, common.context());
  common.console->print(common.json ? to_json(report) : to_table(report));
  common.console->summary(fmt::format("audit in {}", (config.out / "audit.json").string()));
  const AuditVerdict verdict = verdict_of(report);
  if (verdict == AuditVerdict::leak || (options.strict && verdict == AuditVerdict::prior)) {
    throw LeakFound{};
  }
}

}  // namespace

void add_audit(CLI::App& app, CommonOptions& common, Action& action) {
  auto options = std::make_shared<AuditCommand>();
  auto& config = options->config;
  CLI::App& command = *app.add_subcommand(
      "audit", "Ask how much of a result needs no spectrum: model, spectra and pools -> verdict");
  tell(command.add_option("--model", config.model, "Model directory")->required(), "DIR");
  tell(command.add_option("--spectra", config.spectra, labelled_help())->required(), "FILE");
  tell(command.add_option("--candidates", config.candidates, kPoolsHelp)->required(), "FILE");
  tell(command.add_option("-o,--out", config.out, "Directory for audit.json")->required(), "DIR");
  tell(command.add_option("--library", config.library,
                          "Library that tells which parts of molecules are common, and whose "
                          "vectors are reused (default: the decoys tell)"),
       "DIR");
  add_in_format(command, config.format);
  command
      .add_option_function<std::string>(
          "--rank-by", [&config](const std::string& name) { config.rank_by = parse_rank_by(name); },
          "What is audited: the cosine of vectors, the fragment score (train --decoys), the "
          "similarity to molecules that the decoder writes or how likely it finds a candidate "
          "(--rerank generate), or all as calibrate weighed them; without: cosine, and with "
          "--rerank generated, or fused where the decoder was weighed")
      ->check(CLI::IsMember({"cosine", "fragments", "generated", "likelihood", "fused"}))
      ->type_name("cosine|fragments|generated|likelihood|fused");
  add_generation_options(command, options->generation);
  command.add_flag("--strict", options->strict,
                   "End with exit code 7 also when something beats chance by chemistry alone");
  command
      .add_option("--resamples", config.resamples, "Draws of the bootstrap behind the intervals")
      ->check(CLI::Range(1000, 10'000'000))
      ->capture_default_str();
  command.add_option("--batch", config.batch, "Spectra in work at a time; never changes a result")
      ->check(CLI::Range(1, 1 << 20))
      ->capture_default_str();
  common.add_seed(command,
                  "Seed of spellings, orders, swaps, folds and of the draws behind the intervals");
  common.add_networks(command);
  common.add_force(command);
  common.add_basic(command);
  command.footer(
      "Leak (exit code 7): a rule that reads nothing but the text of the candidates (place in "
      "the list, length, repetition, spelling, letter case, stereo marks, ...) puts truths first "
      "more often than chance allows and more often than on the standardised spelling of the "
      "same pools; or ranks change when candidates are written in another way or shuffled. Prior "
      "(exit code 0; 7 with --strict): runs that see no spectrum beat a random order. "
      "Significance 99.9 %, corrected for the number of rules, over distinct truths. With --rerank "
      "generate every run says what the decoder is told, and a run keeps the truth from it, so "
      "that "
      "copying shows.\n"
      "Example:\n"
      "  specbridge audit --model model/ --spectra test.mgf.gz \\\n    --candidates "
      "pools.json.gz --library library/ -o audit/");
  command.callback(
      [options, &common, &action] { action = [options, &common] { run(*options, common); }; });
}

}  // namespace specbridge::tool
