#include "manual/help_text.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "base/text.h"

namespace specbridge::tool {
namespace {

constexpr std::size_t kWidth = 80;
constexpr std::size_t kNameColumns = 28;     // of options
constexpr std::size_t kCommandColumns = 16;  // of commands

/// "  name      what it is", further lines under its beginning.
std::string entry(const std::string& name, const std::string& about, std::size_t columns) {
  std::string line = "  " + name;
  if (about.empty()) return line + "\n";
  const std::size_t length = columns_of(line);
  line +=
      length + 2 > columns ? "\n" + std::string(columns, ' ') : std::string(columns - length, ' ');
  std::string text = wrapped(about, kWidth - columns, 0);
  std::string indented;
  for (const char c : text) {
    indented += c;
    if (c == '\n') indented += std::string(columns, ' ');
  }
  return line + indented + "\n";
}

std::string names_text(const OptionText& option) {
  const bool argument = option.names.front().front() != '-';
  if (argument) return usage_of(option);
  // Options without a short name stand under the long names of those that have one.
  const bool lone_long = option.names.size() == 1 && option.names.front().starts_with("--");
  std::string text = (lone_long ? "    " : "") + fmt::format("{}", fmt::join(option.names, ", "));
  const std::string usage = usage_of(option);
  return text + usage.substr(option.names.back().size());
}

std::string about_text(const OptionText& option) {
  if (option.default_value.empty()) return option.about;
  return fmt::format("{} (default: {})", option.about, option.default_value);
}

std::string usage_line(const CommandText& command) {
  std::string line = "Usage: " + command.name;
  if (!command.groups.empty()) line += " [OPTIONS]";
  for (const auto& group : command.groups) {
    for (const auto& option : group.options) {
      if (option.required) line += " " + usage_of(option);
    }
  }
  for (const auto& argument : command.arguments) line += " " + usage_of(argument);
  if (!command.commands.empty()) {
    line += command.name.find(' ') == std::string::npos ? " [SUBCOMMAND]" : " SUBCOMMAND";
  }
  return wrapped(line, kWidth, 4) + "\n";
}

}  // namespace

std::string footer_text(const std::string& footer) {
  std::string text;
  for (const auto line : split(footer, '\n')) {
    text += (line.starts_with(' ') ? std::string(line) : wrapped(line, kWidth)) + "\n";
  }
  return text;
}

std::string help_text(const CommandText& command) {
  std::string text = wrapped(command.about, kWidth) + "\n\n" + usage_line(command);
  if (!command.arguments.empty()) text += "\nArguments:\n";
  for (const auto& argument : command.arguments) {
    text += entry(names_text(argument), about_text(argument), kNameColumns);
  }
  if (!command.commands.empty()) text += "\nCommands:\n";
  for (const auto& sub : command.commands) {
    text += entry(sub.name.substr(command.name.size() + 1), sub.about, kCommandColumns);
  }
  for (const auto& [title, options] : command.groups) {
    text += "\n" + title + ":\n";
    for (const auto& option : options) {
      text += entry(names_text(option), about_text(option), kNameColumns);
    }
  }
  if (!command.footer.empty()) text += "\n" + footer_text(command.footer);
  return text;
}

}  // namespace specbridge::tool
