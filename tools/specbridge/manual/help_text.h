#pragma once

#include <string>

#include "manual/description.h"

namespace specbridge::tool {

/// What --help prints: lines of at most 80 columns.
std::string help_text(const CommandText& command);

/// A footer: every line wrapped but those that begin with blanks, which are examples.
std::string footer_text(const std::string& footer);

}  // namespace specbridge::tool
