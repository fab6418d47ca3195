#pragma once

#include <cstddef>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "specbridge/context.h"
#include "specbridge/existing.h"
#include "specbridge/spectrum_reader.h"
#include "specbridge/unit_mass.h"

namespace specbridge {

/// What `specbridge render` is asked for.
struct RenderConfig {
  std::vector<std::filesystem::path> spectra;  ///< files, folders, "-"
  std::optional<SpectrumFormat> format = {};   ///< absent: told by content
  std::string preset = "llm4ms";
  std::optional<double> least = {};        ///< share of the base peak; absent: that of the preset
  std::optional<std::size_t> peaks = {};   ///< the same
  std::optional<UnitMass> unit_mass = {};  ///< the same
  std::filesystem::path out = "-";         ///< "-": standard output
  Existing existing = Existing::refuse;
};

/// What came of it.
struct RenderReport {
  std::size_t queries = 0, rendered = 0;
  std::map<std::string, std::size_t> without = {};  ///< the others, by status
};

/// Writes a row for each spectrum: its name and number, its text, and a status with a message where
/// there is none.
/// @throws UsageError, InputError, OutputError, Interrupted
RenderReport run_render(const RenderConfig& config, const RunContext& context);

/// The counts as JSON text.
std::string to_json(const RenderReport& report);

}  // namespace specbridge
