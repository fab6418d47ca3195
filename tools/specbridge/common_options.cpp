#include "common_options.h"

#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>

#include "base/processors.h"
#include "base/text.h"
#include "manual/description.h"
#include "specbridge/error.h"
#include "specbridge/spectrum_reader.h"
#include "specbridge/version.h"

namespace specbridge::tool {
namespace {

std::atomic<bool> interrupt_flag{
    false};  // written by the signal handler, the one thing it may touch

void on_signal(int) {
  if (interrupt_flag.exchange(true)) _exit(130);
}

/// SPECBRIDGE_CACHE (empty: nowhere), else what XDG_CACHE_HOME says, else ~/.cache/specbridge.
std::filesystem::path cache_folder() {
  if (const char* own = std::getenv("SPECBRIDGE_CACHE")) return own;
  const auto absolute = [](const char* name) -> std::filesystem::path {
    const char* value = std::getenv(name);
    const std::filesystem::path path = value == nullptr ? "" : value;
    return path.is_absolute() ? path : std::filesystem::path();
  };
  if (const auto home = absolute("XDG_CACHE_HOME"); !home.empty()) return home / "specbridge";
  if (const auto home = absolute("HOME"); !home.empty()) return home / ".cache/specbridge";
  return {};
}

/// The version, and what differs between two builds of it.
std::string this_program() {
  struct stat file {};
  if (stat("/proc/self/exe", &file) != 0) return std::string(program_version());
  return fmt::format("{} {} {}.{}", program_version(), file.st_size, file.st_mtim.tv_sec,
                     file.st_mtim.tv_nsec);
}

}  // namespace

void CommonOptions::add_basic(CLI::App& command) {
  command.add_option("--threads", threads, "CPU threads (default: all that the process may use)")
      ->check(CLI::Range(1, 4096))
      ->group(kGeneralGroup);
  command.add_flag("--json", json, "Print the summary as JSON on stdout")->group(kGeneralGroup);
  command.add_flag("-q,--quiet", quiet, "Say nothing but errors")->group(kGeneralGroup);
  command
      .add_flag("-v,--verbose", verbose,
                "Say more on stderr: versions, inputs, what each stage took")
      ->group(kGeneralGroup);
}

void CommonOptions::add_device(CLI::App& command) {
  command.add_option("--device", device, "Where networks run: auto, cpu, cuda or cuda:<number>")
      ->capture_default_str()
      ->type_name("auto|cpu|cuda")
      ->group(kGeneralGroup);
}

void CommonOptions::add_networks(CLI::App& command) {
  add_device(command);
  command
      .add_option("--precision", precision,
                  "Matrix products of networks: bfloat16 is several times as fast where the "
                  "processor has it, and changes cosines in the fourth digit")
      ->capture_default_str()
      ->type_name("float32|bfloat16")
      ->group(kGeneralGroup);
}

void CommonOptions::add_seed(CLI::App& command, const std::string& help) {
  command.add_option("--seed", seed, help)
      ->check(CLI::NonNegativeNumber)
      ->capture_default_str()
      ->group(kGeneralGroup);
}

void CommonOptions::add_force(CLI::App& command) {
  command.add_flag("--force", force, "Replace the output if it exists")->group(kGeneralGroup);
}

RunContext CommonOptions::context(const std::filesystem::path& out) {
  const bool rows_on_terminal = out == "-" && isatty(STDOUT_FILENO) != 0;
  console =
      std::make_unique<Console>(quiet     ? Verbosity::quiet
                                : verbose ? Verbosity::verbose
                                          : Verbosity::normal,
                                rows_on_terminal ? ProgressLine::hidden : ProgressLine::shown);
  RunContext run;
  run.device = parse_device(device);
  run.threads = threads != 0 ? threads : usable_processors();
  run.precision = parse_precision(precision);
  run.seed = seed;
  run.reporter = console.get();
  run.interrupt = &interrupt_flag;
  run.command_line = command_line;
  run.cache = cache_folder();
  run.cache_maker = this_program();
  run.info(fmt::format("specbridge {} on {}, device {}", program_version(),
                       counted(run.threads, "thread"), device));
  return run;
}

Precision parse_precision(std::string_view text, std::string_view others) {
  if (text == "float32") return Precision::float32;
  if (text == "bfloat16") return Precision::bfloat16;
  throw UsageError(fmt::format("--precision: found \"{}\", expected {}float32 or bfloat16",
                               one_line(text, 60), others));
}

void tell(CLI::Option* option, const char* value, const char* group) {
  option->type_name(value)->group(group);
}

std::optional<double> parse_mces_threshold(std::string_view option, const std::string& text) {
  if (text == "exact") return {};
  const auto value = parse_number(text);
  if (!value) {
    throw UsageError(
        fmt::format("{}: found \"{}\", expected a number or exact", option, one_line(text, 60)));
  }
  return value;
}

std::string spectra_help() {
  return fmt::format("Files of spectra, gz or not: {}; folders; - reads standard input",
                     kSpectrumFormats);
}

std::string labelled_help() {
  return fmt::format(
      "Files of spectra that state their SMILES, gz or not: {}; folders; - reads standard input",
      kSpectrumFormats);
}

void add_searched(CLI::App& command, std::filesystem::path& hits,
                  std::vector<std::filesystem::path>& spectra) {
  tell(command.add_option("hits", hits, "Table of hits that search wrote")->required(), "HITS");
  tell(command
           .add_option("spectra", spectra,
                       fmt::format("The spectra that were searched, in the same order, gz or not: "
                                   "{}; folders",
                                   kSpectrumFormats))
           ->required(),
       "FILE");
}

void add_searched_spectra(CLI::App& command, std::optional<std::filesystem::path>& library) {
  tell(
      command.add_option("--spectral-library", library,
                         "Library of spectra that was searched: draws the library spectrum that an "
                         "answer rests on below your own, as a mirror"),
      "DIR");
}

void add_in_format(CLI::App& command, std::optional<SpectrumFormat>& format) {
  command
      .add_option_function<std::string>(
          "--in-format",
          [&format](const std::string& name) { format = parse_spectrum_format(name); },
          "Format of the spectra, where it is not to be told by content")
      ->check(
          CLI::IsMember({"mgf", "msp", "massbank", "mzml", "gnps-json", "jcamp", "tsv", "fastei"}))
      ->type_name("mgf|msp|massbank|mzml|gnps-json|jcamp|tsv|fastei");
}

CLI::Option* add_rank_by(CLI::App& command, std::optional<RankBy>& by) {
  return command
      .add_option_function<std::string>(
          "--rank-by", [&by](const std::string& name) { by = parse_rank_by(name); },
          "What the ranking is by: the cosine of vectors, the fragment score (train --decoys), the "
          "similarity of library spectra (--spectral-library), that to analogues (--analogues), "
          "that "
          "to molecules that the decoder writes or how likely it finds a candidate (--rerank "
          "generate), or all as calibrate weighed them; without: fused where the model is "
          "calibrated, else generated with --rerank, else cosine")
      ->check(CLI::IsMember(
          {"cosine", "fragments", "library", "analogues", "generated", "likelihood", "fused"}))
      ->type_name("cosine|fragments|library|analogues|generated|likelihood|fused");
}

void add_rescore(CLI::App& command, std::size_t& rescore) {
  command
      .add_option(
          "--rescore", rescore,
          "Candidates of a spectrum, the best by cosine, whose fragments and likelihoods are "
          "looked at; 0: all, slower and better in long lists")
      ->check(CLI::Range(0, 1'000'000'000))
      ->capture_default_str()
      ->type_name("N");
}

void catch_interrupts() {
  std::signal(SIGINT, on_signal);
  std::signal(SIGTERM, on_signal);
  std::signal(SIGPIPE, SIG_IGN);  // a closed pipe comes back as a failed write
}

}  // namespace specbridge::tool
