#pragma once

#include <string>

#include "manual/description.h"

namespace specbridge::tool {

/// Scripts by which a shell completes commands, options and their values.
std::string bash_completion(const CommandText& program);
std::string zsh_completion(const CommandText& program);
std::string fish_completion(const CommandText& program);

}  // namespace specbridge::tool
