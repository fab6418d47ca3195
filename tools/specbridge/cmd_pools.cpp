#include <fmt/format.h>

#include <memory>

#include "base/text.h"
#include "commands.h"
#include "specbridge/make_pools.h"

namespace specbridge::tool {
namespace {

struct PoolsCommand {
  PoolsConfig config;
  std::string by = "formula", tolerance = "10ppm";
};

std::string line_of(std::string_view what, std::string_view says) {
  return fmt::format("{:<18}{}\n", what, says);
}

std::string ranking_text(const PoolRanking& ranking) {
  std::string text;
  for (const auto& [cutoff, recall] : ranking.recall) {
    text += fmt::format("Recall@{} {:.3f}, ", cutoff, recall);
  }
  return text + fmt::format("MRR {:.3f}", ranking.mrr);
}

std::string share_of(std::size_t some, std::size_t all) {
  return fmt::format("{} ({:.1f} %)", with_thousands(some),
                     100 * static_cast<double>(some) / static_cast<double>(all));
}

std::string table_of(const PoolsReport& report) {
  std::string text = line_of("pools", with_thousands(report.pools));
  text += line_of("candidates",
                  fmt::format("min {}, median {:g}, mean {:.1f}, max {}", report.smallest,
                              report.median, report.mean, with_thousands(report.largest)));
  text += line_of("truth alone", share_of(report.alone, report.pools));
  text += line_of("one other", share_of(report.single, report.pools));
  text += line_of("cut by --max", share_of(report.cut, report.pools));
  text += line_of("not in library", share_of(report.not_in_library, report.pools));
  if (report.hardness) {
    text += line_of("hardness",
                    fmt::format("mean {:.3f}, median {:.3f} (similarity of the most similar other "
                                "candidate), ten most similar {:.3f}, {:.1f} a pool above 0.8",
                                *report.hardness, *report.median_hardness, *report.hardness_of_ten,
                                *report.very_similar));
  }
  text += line_of("random order", ranking_text(report.random));
  if (report.nearest_training) {
    text += line_of("nearest training",
                    ranking_text(*report.nearest_training) + " (without any spectrum)");
  }
  return text;
}

std::string summary_of(const PoolsConfig& config, const PoolsReport& report) {
  std::string text = fmt::format("{} of {}", counted(report.pools, "pool"),
                                 counted(report.spectra, "spectrum", "spectra"));
  if (!report.left.empty()) text += fmt::format("; left out: {}", counts_text(report.left));
  if (report.ms1_scans > 0) {
    text += fmt::format("; {} passed over", counted(report.ms1_scans, "MS1 scan"));
  }
  return text + fmt::format("; pools in {}", config.out.string());
}

void run(PoolsCommand& options, CommonOptions& common) {
  PoolsConfig& config = options.config;
  config.existing = common.existing();
  config.by = options.by == "mass" ? PoolBy::mass : PoolBy::formula;
  config.tolerance = parse_tolerance(options.tolerance);
  const PoolsReport report = run_pools(config, common.context());
  common.console->print(common.json ? to_json(report) : table_of(report));
  common.console->summary(summary_of(config, report));
}

void add_choice(CLI::App& command, PoolsCommand& options) {
  command
      .add_option("--by", options.by,
                  "Which molecules stand beside the truth: its isomers, or those of nearly its "
                  "mass")
      ->check(CLI::IsMember({"formula", "mass"}))
      ->capture_default_str()
      ->type_name("formula|mass");
  tell(command
           .add_option("--tolerance", options.tolerance,
                       "With --by mass: how far the exact mass may be from that of the truth")
           ->capture_default_str(),
       "WIDTH");
  tell(command
           .add_option("--max", options.config.most,
                       "Candidates of a pool at most, the truth included; of more some are drawn "
                       "(default: all)")
           ->check(CLI::Range(2, 1'000'000'000)),
       "N");
  tell(command
           .add_option("--isomers", options.config.isomers,
                       "With --by mass: so many isomers at most, drawn, and then others, the "
                       "nearest in mass first (default: drawn from all alike)")
           ->check(CLI::Range(0, 1'000'000'000)),
       "N");
}

void add_training(CLI::App& command, PoolsConfig& config) {
  auto* training = command.add_option(
      "--training", config.training,
      "Spectra that a model was trained on: says how many truths are found without any spectrum, "
      "by similarity to a training molecule");
  tell(training, "FILE");
  tell(command.add_option("--model", config.model, "The same of a model, which knows what it saw")
           ->excludes(training),
       "DIR");
}

}  // namespace

void add_pools(CLI::App& app, CommonOptions& common, Action& action) {
  auto options = std::make_shared<PoolsCommand>();
  auto& config = options->config;
  CLI::App& command = *app.add_subcommand(
      "pools", "Make candidate pools for spectra of known compounds, from a library");
  command.add_option("spectra", config.spectra, labelled_help())->required()->type_name("SPECTRA");
  tell(command
           .add_option("--library", config.library,
                       "Library that the other candidates are from (specbridge index); several "
                       "are taken as one; or a database")
           ->required(),
       "DIR");
  tell(command
           .add_option("-o,--out", config.out,
                       "File for the pools, .json or .json.gz: what eval, audit, search and train "
                       "read")
           ->required(),
       "FILE");
  add_choice(command, *options);
  add_training(command, config);
  add_in_format(command, config.format);
  common.add_seed(command, "Seed of what is drawn where there are more candidates than asked for");
  common.add_force(command);
  common.add_basic(command);
  command.footer(
      "Each structure of the spectra gets one pool, with the truth in it, each structure once (by "
      "the first InChIKey block), all in the standard form and in order of their SMILES: neither "
      "place nor spelling tells the truth. Pools do not depend on the order of spectra. The "
      "figures say what a program reaches that reads no spectrum; judge others by what they add. "
      "specbridge audit says what else pools give away.\n"
      "Example:\n"
      "  specbridge pools test.mgf.gz --library library/ --max 256 \\\n    --model model/ -o "
      "pools.json.gz");
  command.callback(
      [options, &common, &action] { action = [options, &common] { run(*options, common); }; });
}

}  // namespace specbridge::tool
