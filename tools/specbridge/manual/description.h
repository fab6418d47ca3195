#pragma once

#include <CLI/CLI.hpp>
#include <string>
#include <vector>

namespace specbridge::tool {

/// Of options whose group this is, one is needed whatever CLI11 knows of it.
inline constexpr const char* kRequiredGroup = "Required";
/// What every command has; told last.
inline constexpr const char* kGeneralGroup = "General";

/// An option as people are told of it.
struct OptionText {
  std::vector<std::string> names;  ///< "-o", "--out"; of an argument one without dashes
  std::string value;  ///< what follows it, "DIR", "worst|expected|best"; empty: nothing does
  std::string about, default_value;
  bool required = false, repeated = false, value_may_lack = false;
};

/// Options that are told of together.
struct OptionGroup {
  std::string title;
  std::vector<OptionText> options;
};

/// A command as people are told of it: the one source of --help, man page and completions.
struct CommandText {
  std::string name;  ///< "specbridge search"
  std::string about, footer;
  std::vector<OptionText> arguments;
  std::vector<OptionGroup> groups;  ///< required options first, general ones last
  std::vector<CommandText> commands;
};

/// "specbridge make-encoder morgan"
std::string full_name(const CLI::App* command);
/// Whether an option must be given.
bool is_required(const CLI::Option& option);
CommandText describe(const CLI::App& command);

/// The choices of a value written as "worst|expected|best"; none where it is free.
std::vector<std::string> choices_of(const OptionText& option);
/// "--library DIR", "spectra..."
std::string usage_of(const OptionText& option);

}  // namespace specbridge::tool
