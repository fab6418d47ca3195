#pragma once

#include <string>
#include <string_view>

#include "manual/description.h"

namespace specbridge::tool {

/// The manual page specbridge(1) of a program and all of its commands, as roff text.
std::string man_page(const CommandText& program, std::string_view version);

}  // namespace specbridge::tool
