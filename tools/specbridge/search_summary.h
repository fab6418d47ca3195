#pragma once

#include <string>

#include "specbridge/search.h"

namespace specbridge::tool {

/// What came of a search, in words.
std::string search_summary(const SearchReport& report, const SearchConfig& config);

}  // namespace specbridge::tool
