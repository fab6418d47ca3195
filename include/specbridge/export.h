#pragma once

#include <cstddef>
#include <filesystem>
#include <string>

#include "specbridge/context.h"
#include "specbridge/existing.h"

namespace specbridge {

/// What `specbridge export` is asked for.
struct ExportConfig {
  std::filesystem::path library;  ///< a library directory of molecules
  std::string to;                 ///< address of a PostgreSQL database
  std::size_t part_rows = 1'000'000;
  Existing existing = Existing::refuse;
};

/// What came of it: parts = written + kept.
struct ExportReport {
  std::size_t rows = 0, parts = 0;
  std::size_t written = 0;  ///< parts that were copied in this run
  std::size_t kept = 0;     ///< parts that were there already, whole
  std::size_t bytes = 0;    ///< that tables and indexes take on the server
};

/// The counts as JSON text.
std::string to_json(const ExportReport& report);

/// Writes a library to a PostgreSQL database, where it can be searched when it is whole. The same
/// export started again goes on where it was interrupted; of a library that is there already it
/// reads every row back.
/// @throws UsageError, ArtifactError, OutputError, Interrupted
ExportReport run_export(const ExportConfig& config, const RunContext& context);

}  // namespace specbridge
