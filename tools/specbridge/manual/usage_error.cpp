#include "manual/usage_error.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <vector>

#include "base/text.h"
#include "manual/description.h"

namespace specbridge::tool {
namespace {

/// Words that main() understands before CLI11 sees them.
constexpr std::array<const char*, 2> kOwnCommands = {"help", "version"};

std::vector<std::string> command_names(const CLI::App& app) {
  std::vector<std::string> names;
  for (const auto* command : app.get_subcommands({})) {
    if (!command->get_group().empty()) names.push_back(command->get_name());
  }
  if (app.get_parent() == nullptr) {
    names.insert(names.end(), kOwnCommands.begin(), kOwnCommands.end());
  }
  return names;
}

/// The deepest subcommand that was named on the command line.
const CLI::App* deepest(const CLI::App* app) {
  const auto chosen = app->get_subcommands();
  return chosen.empty() ? app : deepest(chosen.front());
}

std::string unknown(std::string_view what, const std::string& word,
                    const std::vector<std::string>& known, const CLI::App& command) {
  const auto near = suggestion(word, known);
  return fmt::format("unknown {} \"{}\"{}; see {} --help", what, one_line(word, 80),
                     near ? fmt::format(", did you mean \"{}\"?", *near) : "", full_name(&command));
}

/// Every option that must be given and was not, and ways to give what is needed otherwise.
std::vector<std::string> lacking(const CLI::App& command, const CommonOptions& common) {
  std::vector<std::string> names;
  const auto given = [&](const std::string& name) {
    const auto* option = command.get_option_no_throw(name);
    return option != nullptr && option->count() > 0;
  };
  for (const auto* option : command.get_options()) {
    if (!is_required(*option) || option->count() > 0) continue;
    names.push_back(option->get_positional() ? option->get_name(true, false)
                                             : "--" + option->get_lnames().front());
  }
  const auto needs = common.needs.find(&command);
  if (needs == common.needs.end()) return names;
  for (const auto& [condition, any_of] : needs->second) {
    if (!condition.empty() && !given(condition)) continue;
    if (std::ranges::any_of(any_of, given)) continue;
    names.push_back((any_of.size() > 1 ? "one of " : "") +
                    fmt::format("{}", fmt::join(any_of, ", ")));
  }
  return names;
}

std::string required_message(const std::vector<std::string>& names, const CLI::App& command) {
  std::string text;
  for (std::size_t i = 0; i < names.size(); ++i) {
    const bool last = i + 1 == names.size();
    text += (i == 0 ? "" : last ? " and " : ", ") + names[i];
  }
  return fmt::format("{} {} required; see {} --help", text, names.size() == 1 ? "is" : "are",
                     full_name(&command));
}

}  // namespace

std::string unknown_command(const std::string& word, const CLI::App& command) {
  return unknown("command", word, command_names(command), command);
}

std::string usage_message(const CLI::App& app, const CLI::ParseError& error,
                          const CommonOptions& common) {
  const CLI::App& command = *deepest(&app);
  const bool has_commands = !command.get_subcommands({}).empty();
  std::vector<std::string> options;
  for (const auto* option : command.get_options()) {
    for (const auto& name : option->get_lnames()) options.push_back("--" + name);
  }
  for (const std::string& extra : command.remaining()) {
    if (!extra.starts_with('-') && has_commands) return unknown_command(extra, command);
    if (extra.starts_with("--")) {
      return unknown("option", extra.substr(0, extra.find('=')), options, command);
    }
  }
  if (error.get_name() == "RequiredError" && !has_commands) {
    const auto names = lacking(command, common);
    if (!names.empty()) return required_message(names, command);
  }
  return fmt::format("{}; see {} --help", one_line(error.what()), full_name(&command));
}

}  // namespace specbridge::tool
