#pragma once

#include <filesystem>

#include "base/json.h"

namespace specbridge {

/// The record of the run that wrote a table of hits (`<hits>.run.json`); null where there is none
/// that can be read.
Json record_beside(const std::filesystem::path& hits);

}  // namespace specbridge
