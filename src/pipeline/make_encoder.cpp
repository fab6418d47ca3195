#include "pipeline/make_encoder.h"

#include <unordered_set>
#include <variant>

#include "base/json.h"
#include "chem/standardize_all.h"
#include "chem/tables/standardised_rows.h"
#include "encode/morgan_encoder.h"
#include "ms/input_files.h"
#include "specbridge/error.h"
#include "store/staging.h"

namespace specbridge {
namespace fs = std::filesystem;
namespace {

constexpr std::size_t kGoldenMolecules = 8;

using Blocks = std::unordered_set<std::string>;  // InChIKey, first block

void add(const std::variant<Molecule, Rejection>& result, Blocks& structures) {
  const auto* molecule = std::get_if<Molecule>(&result);
  if (molecule != nullptr) structures.insert(molecule->inchikey14());
}

void add_of_table(const fs::path& file, const RunContext& context, Blocks& structures) {
  standardize_tables({file}, context, [&](std::span<StandardizedRecord> chunk) {
    for (const auto& item : chunk) add(item.result, structures);
  });
}

void add_of_spectra(const fs::path& file, const RunContext& context, Blocks& structures) {
  std::unordered_set<std::string> spellings;
  const auto reader = open_spectra(file);
  for (Spectrum spectrum; reader->next(spectrum);) {
    if (!spectrum.smiles.empty()) spellings.insert(spectrum.smiles);
  }
  for (const auto& result : standardize_all({spellings.begin(), spellings.end()}, "", context)) {
    add(result, structures);
  }
}

}  // namespace

MorganReport run_make_morgan(const MorganConfig& config, const RunContext& context) {
  auto inputs = config.molecules;
  inputs.insert(inputs.end(), config.exclude.begin(), config.exclude.end());
  claim_directory(config.out, kMoleculeEncoder, inputs, config.existing, context);
  if (config.dim == 0 || config.dim > 65536) {
    throw UsageError("--dim: expected 1 to 65536");
  }
  Blocks excluded;
  for (const auto& file : config.exclude) {
    if (is_spectra_file(file)) {
      add_of_spectra(file, context, excluded);
    } else {
      add_of_table(file, context, excluded);
    }
  }

  MorganReport report;
  MorganStatistics statistics(config.radius);
  std::vector<Molecule> golden;
  std::unordered_set<std::string> seen;
  standardize_tables(config.molecules, context, [&](std::span<StandardizedRecord> chunk) {
    for (const auto& item : chunk) {
      ++report.read;
      const auto* molecule = std::get_if<Molecule>(&item.result);
      if (molecule == nullptr) {
        ++report.rejected;
      } else if (excluded.contains(molecule->inchikey14())) {
        ++report.excluded;
      } else if (!seen.insert(molecule->smiles()).second) {
        ++report.duplicates;
      } else {
        ++report.used;
        statistics.add(*molecule);
        if (golden.size() < kGoldenMolecules) golden.push_back(*molecule);
      }
    }
  });
  if (report.used == 0) {
    throw InputError({config.molecules.front().string(), 0},
                     "no molecule is left to count environments over");
  }
  report.environments = statistics.frequencies().size();
  write_morgan_encoder(config.out, statistics, config.dim, golden, config.existing, context);
  return report;
}

std::string to_json(const MorganReport& report) {
  return pretty({{"read", report.read},
                 {"used", report.used},
                 {"excluded", report.excluded},
                 {"duplicates", report.duplicates},
                 {"rejected", report.rejected},
                 {"environments", report.environments}});
}

}  // namespace specbridge
