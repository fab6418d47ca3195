#pragma once

#include <CLI/CLI.hpp>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "console.h"
#include "specbridge/context.h"
#include "specbridge/existing.h"
#include "specbridge/searcher.h"
#include "specbridge/spectrum_reader.h"

namespace specbridge::tool {

/// Thrown to end with exit code 1: the work is done, nothing was found, and the user asked to be
/// told.
struct NothingFound {};

/// Thrown to end with exit code 7: the audit is done and found what must not be.
struct LeakFound {};

/// What a command needs beside its required options: one of `any_of`, where `condition` is given
/// or empty. The command itself refuses to go on without; this is for naming all that is lacking at
/// once.
struct Need {
  std::string condition;
  std::vector<std::string> any_of;
};

/// What every subcommand understands.
struct CommonOptions {
  std::string device = "auto", precision = "float32";
  std::size_t threads = 0;  ///< 0: all cores
  std::uint64_t seed = 1;
  bool quiet = false, verbose = false, json = false, force = false, version = false;
  std::string command_line;
  std::map<const CLI::App*, std::vector<Need>> needs;
  std::unique_ptr<Console> console;

  /// Adds -q, -v, --json, --threads.
  void add_basic(CLI::App& command);
  /// Adds --seed. @param help what is drawn
  void add_seed(CLI::App& command, const std::string& help);
  /// Adds --device.
  void add_device(CLI::App& command);
  /// Adds --device and --precision, for a command that runs trained networks.
  void add_networks(CLI::App& command);
  /// Adds --force.
  void add_force(CLI::App& command);

  /// Makes the console and the context of the run. @param out where rows go while the run lasts:
  /// "-" on a terminal leaves no place for progress. @throws UsageError
  RunContext context(const std::filesystem::path& out = {});
  Existing existing() const { return force ? Existing::replace : Existing::refuse; }
};

/// What is said of options that take spectra, and of those that take spectra of known structures.
std::string spectra_help();
std::string labelled_help();

/// What is said of options that take candidate pools.
inline constexpr const char* kPoolsHelp =
    "Candidate pools, gz or not: JSON {truth SMILES: [candidates]}, found by the record's SMILES, "
    "or a table with the columns smiles and query_index, query_id or what other programs call it "
    "(docs/formats.md)";

/// A table of hits and the spectra that it is of: what commands take that show hits.
void add_searched(CLI::App& command, std::filesystem::path& hits,
                  std::vector<std::filesystem::path>& spectra);

/// Adds --spectral-library, for commands that show hits.
void add_searched_spectra(CLI::App& command, std::optional<std::filesystem::path>& library);

/// Adds --in-format.
void add_in_format(CLI::App& command, std::optional<SpectrumFormat>& format);

/// --rank-by.
CLI::Option* add_rank_by(CLI::App& command, std::optional<RankBy>& by);

/// --rescore.
void add_rescore(CLI::App& command, std::size_t& rescore);

/// Says how an option is written: what its value is, and the group it is told in.
void tell(CLI::Option* option, const char* value, const char* group = "Options");

/// A type of matrix products. @param others that the option takes, for the message, "auto, "
/// @throws UsageError
Precision parse_precision(std::string_view text, std::string_view others = "");

/// A threshold of MCES distances: a number, or nothing for "exact". @throws UsageError
std::optional<double> parse_mces_threshold(std::string_view option, const std::string& text);

/// Sets a flag when SIGINT or SIGTERM arrives; a second signal ends the program at once.
void catch_interrupts();

}  // namespace specbridge::tool
