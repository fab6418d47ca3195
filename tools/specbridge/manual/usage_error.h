#pragma once

#include <CLI/CLI.hpp>
#include <string>

#include "common_options.h"

namespace specbridge::tool {

/// What to say of a command line that CLI11 refuses: the nearest command or option that exists, or
/// everything that is lacking at once. CLI11 itself answers a mistyped word with little, or with
/// what is lacking in consequence.
std::string usage_message(const CLI::App& app, const CLI::ParseError& error,
                          const CommonOptions& common);

/// 'unknown command "serch", did you mean "search"?; see specbridge --help'
std::string unknown_command(const std::string& word, const CLI::App& command);

}  // namespace specbridge::tool
