#pragma once

#include <cstdint>
#include <filesystem>
#include <string>

#include "specbridge/context.h"
#include "specbridge/existing.h"

namespace specbridge {

/// What `specbridge pack` is asked for.
struct PackConfig {
  std::filesystem::path model, out;
  Existing existing = Existing::refuse;
};

/// Bytes of both models, manifests left out.
struct PackReport {
  std::uint64_t bytes_before = 0, bytes_after = 0;
};

/// The report as JSON text.
std::string to_json(const PackReport& report);

/// Writes a copy of a model that takes less room: weights rounded to bfloat16, those of the
/// fragment score to 8 bits. Its answers differ little; how much, eval tells.
/// @throws UsageError, ArtifactError, OutputError, ResourceError
PackReport run_pack(const PackConfig& config, const RunContext& context);

}  // namespace specbridge
