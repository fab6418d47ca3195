#include "manual/man_page.h"

#include <fmt/format.h>

#include "base/text.h"

namespace specbridge::tool {
namespace {

/// Text that roff prints as it is.
std::string literal(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '\\') {
      out += "\\e";
    } else if (c == '-') {
      out += "\\-";
    } else {
      out += c;
    }
  }
  return out;
}

/// A line that is no request, whatever it begins with.
std::string line(std::string_view text) {
  const bool like_request = text.starts_with('.') || text.starts_with('\'');
  return (like_request ? "\\&" : "") + literal(text) + "\n";
}

std::string option_entry(const OptionText& option) {
  std::string head;
  for (const auto& name : option.names) {
    head += (head.empty() ? "" : ", ") + fmt::format("\\fB{}\\fR", literal(name));
  }
  const std::string rest = usage_of(option).substr(usage_of(option).find(option.names.back()) +
                                                   option.names.back().size());
  if (option.names.front().front() == '-' && !rest.empty()) {
    head += fmt::format("\\fI{}\\fR", literal(rest));
  }
  std::string about = option.about;
  if (option.required) about += " (required)";
  if (!option.default_value.empty()) about += fmt::format(" (default: {})", option.default_value);
  return ".TP\n" + head + "\n" + line(about);
}

/// Every line is a paragraph; lines that begin with blanks stay as they are.
std::string footer_roff(const std::string& footer) {
  std::string text;
  bool verbatim = false;
  for (const auto part : split(footer, '\n')) {
    const bool example = part.starts_with(' ');
    if (verbatim && !example) text += ".fi\n";
    if (!verbatim || !example) text += ".PP\n";
    if (example && !verbatim) text += ".nf\n";
    verbatim = example;
    text += line(part);
  }
  return text + (verbatim ? ".fi\n" : "");
}

std::string command_roff(const CommandText& command, std::string_view program) {
  std::string text =
      fmt::format(".SH {}\n", literal(to_upper(command.name.substr(program.size() + 1))));
  text += line(command.about);
  text += ".PP\n.B " + literal(command.name) + "\n[OPTIONS]";
  for (const auto& argument : command.arguments) text += " " + literal(usage_of(argument));
  text += "\n";
  for (const auto& argument : command.arguments) text += option_entry(argument);
  for (const auto& [title, options] : command.groups) {
    text += fmt::format(".SS \"{}\"\n", literal(title));
    for (const auto& option : options) text += option_entry(option);
  }
  text += footer_roff(command.footer);
  for (const auto& sub : command.commands) text += command_roff(sub, program);
  return text;
}

}  // namespace

std::string man_page(const CommandText& program, std::string_view version) {
  std::string text = fmt::format(".TH {} 1 \"\" \"{} {}\" \"User Commands\"\n",
                                 to_upper(program.name), program.name, version);
  text += ".SH NAME\n" + literal(program.name) + " \\- " + line(program.about);
  text += ".SH SYNOPSIS\n.B " + literal(program.name) + "\nCOMMAND [OPTIONS]\n";
  text += ".SH DESCRIPTION\n";
  for (const auto& command : program.commands) {
    const auto name = command.name.substr(program.name.size() + 1);
    text += ".TP\n\\fB" + literal(name) + "\\fR\n" + line(command.about);
  }
  for (const auto& [title, options] : program.groups) {
    text += fmt::format(".SH OPTIONS\n");
    for (const auto& option : options) text += option_entry(option);
  }
  for (const auto& command : program.commands) text += command_roff(command, program.name);
  return text + ".SH NOTES\n" + footer_roff(program.footer);
}

}  // namespace specbridge::tool
