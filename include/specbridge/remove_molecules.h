#pragma once

#include <cstddef>
#include <filesystem>
#include <string>

#include "specbridge/context.h"
#include "specbridge/existing.h"

namespace specbridge {

/// What `specbridge index --remove` is asked for.
struct RemoveConfig {
  std::filesystem::path ids;  ///< a text file, one id a line
  std::filesystem::path library, out;
  Existing existing = Existing::refuse;
};

/// What came of it.
struct RemoveReport {
  std::size_t removed = 0;  ///< molecules that were candidates before
  std::size_t rows = 0;     ///< that are left
  std::size_t unknown = 0;  ///< ids that no molecule has
};

std::string to_json(const RemoveReport& report);

/// Makes a library without the molecules of some ids. It shares the shards of the old one, which
/// stays as it is. @throws UsageError when no molecule has one of the ids, InputError,
/// ArtifactError, OutputError
RemoveReport run_remove(const RemoveConfig& config, const RunContext& context);

}  // namespace specbridge
