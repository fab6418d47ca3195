#pragma once

#include <cstddef>
#include <filesystem>
#include <optional>
#include <vector>

#include "audit/audit_report.h"
#include "specbridge/context.h"
#include "specbridge/existing.h"
#include "specbridge/searcher.h"
#include "specbridge/spectrum_reader.h"

namespace specbridge {

/// What `specbridge audit` is asked for.
struct AuditConfig {
  std::filesystem::path model;
  std::vector<std::filesystem::path> spectra;
  std::optional<SpectrumFormat> format;  ///< absent: told by content
  std::filesystem::path candidates;
  /// Molecules that tell which environments are common, and vectors to reuse; absent: the decoys of
  /// all pools tell.
  std::optional<std::filesystem::path> library;
  std::optional<GenerationSources> generation = {};  ///< the decoder, as evidence
  /// What is audited; absent: the cosine, and with a decoder what a search with it ranks by.
  std::optional<RankBy> rank_by = {};
  std::filesystem::path out;
  std::size_t batch = 256;
  std::size_t resamples = 20'000;  ///< draws behind the intervals
  Existing existing = Existing::refuse;
};

/// Asks how much of a result could be had without reading the spectrum, writes audit.json into a
/// directory and returns the report. @throws UsageError, InputError, ArtifactError, OutputError,
/// ResourceError
AuditReport run_audit(const AuditConfig& config, const RunContext& context);

}  // namespace specbridge
