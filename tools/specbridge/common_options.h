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
#include "specbridge/spectrum_reader.h"

namespace specbridge::tool {

/// Thrown to end with exit code 1: the work is done, nothing was found, and the user asked to be
/// told.
struct NothingFound {};

/// Thrown to end with exit code 7: the audit is done and found what must not be.
struct LeakFound {};

/// What every subcommand understands.
struct CommonOptions {
  std::string device = "auto";
  std::size_t threads = 0;  ///< 0: all cores
  std::uint64_t seed = 1;
  bool quiet = false, verbose = false, json = false, force = false;
  std::string command_line;
  std::unique_ptr<Console> console;

  /// Adds -q, -v, --json, --threads.
  void add_basic(CLI::App& command);
  /// Adds --seed. @param help what is drawn
  void add_seed(CLI::App& command, const std::string& help);
  /// Adds --device.
  void add_device(CLI::App& command);
  /// Adds --force.
  void add_force(CLI::App& command);

  /// Makes the console and the context of the run. @throws UsageError
  RunContext context();
  Existing existing() const { return force ? Existing::replace : Existing::refuse; }
};

/// What is said of options that take spectra.
inline constexpr const char* kSpectraHelp =
    "Files of spectra, gz or not: MGF, MSP, MassBank records, mzML, GNPS JSON; folders; - reads "
    "standard input. Training and evaluation need SMILES in them";

/// What is said of options that take candidate pools.
inline constexpr const char* kPoolsHelp =
    "Candidate pools, gz or not: JSON {truth SMILES: [candidates]}, found by the record's SMILES, "
    "or a table (tab, semicolon, comma) with the columns smiles and the first there is of "
    "query_index, query_id, mappingFeatureId (SIRIUS), feature_id, #Scan# (GNPS), query_smiles, "
    "truth_smiles";

/// Adds --in-format.
void add_in_format(CLI::App& command, std::optional<SpectrumFormat>& format);

/// A threshold of MCES distances: a number, or nothing for "exact". @throws UsageError
std::optional<double> parse_mces_threshold(std::string_view option, const std::string& text);

/// Sets a flag when SIGINT or SIGTERM arrives; a second signal ends the program at once.
void catch_interrupts();

/// "3 no_peaks, 2 unknown_adduct"
std::string counts_text(const std::map<std::string, std::size_t>& counts);

}  // namespace specbridge::tool
