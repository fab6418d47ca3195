#pragma once

#include <cstddef>
#include <filesystem>
#include <string>
#include <vector>

#include "specbridge/context.h"
#include "specbridge/existing.h"

namespace specbridge {

/// What `specbridge analogues` is asked for.
struct AnaloguesConfig {
  std::vector<std::filesystem::path> molecules;  ///< tables as MoleculeTable reads them
  std::filesystem::path writer;                  ///< directory of export_decoder.py --annalog
  std::filesystem::path out;                     ///< "-": standard output
  std::size_t beams = 10;                        ///< texts of a molecule
  Existing existing = Existing::refuse;
};

/// What came of it.
struct AnaloguesReport {
  std::size_t molecules = 0;  ///< that were read: with analogues, without, or unusable
  std::size_t unusable = 0;   ///< no molecules, or not to be read by the writer
  std::size_t texts = 0;      ///< that were written,
  std::size_t invalid = 0;    ///< of them no molecules,
  std::size_t same = 0;       ///< the molecule itself, or a structure that was written before,
  std::size_t analogues = 0;  ///< and rows of the table
  std::string first_problem;  ///< why the first unusable one is
};

/// The counts as JSON text.
std::string to_json(const AnaloguesReport& report);

/// Writes the table of molecules like those of some lists, in the order of these; each structure
/// once a molecule, the likeliest first. Memory does not grow with the lists.
/// @throws UsageError, InputError (also when no molecule can be used), ArtifactError, OutputError,
/// ResourceError, Interrupted
AnaloguesReport run_analogues(const AnaloguesConfig& config, const RunContext& context);

}  // namespace specbridge
