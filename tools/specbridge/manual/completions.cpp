#include "manual/completions.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <functional>

#include "base/text.h"

namespace specbridge::tool {
namespace {

std::string own_name(const CommandText& command) {
  return command.name.substr(command.name.rfind(' ') + 1);
}

void for_each_command(const CommandText& command,
                      const std::function<void(const CommandText&)>& visit) {
  visit(command);
  for (const auto& sub : command.commands) for_each_command(sub, visit);
}

std::vector<OptionText> options_of(const CommandText& command) {
  std::vector<OptionText> all;
  for (const auto& group : command.groups) {
    all.insert(all.end(), group.options.begin(), group.options.end());
  }
  return all;
}

std::vector<std::string> words_of(const CommandText& command) {
  std::vector<std::string> words;
  for (const auto& sub : command.commands) words.push_back(own_name(sub));
  for (const auto& option : options_of(command)) {
    words.insert(words.end(), option.names.begin(), option.names.end());
  }
  return words;
}

bool names_directory(const OptionText& option) {
  return option.value == "DIR";
}
/// Whether a file may follow; other values are free.
bool names_file(const OptionText& option) {
  return option.value == "FILE";
}

/// The first sentence or so of what an option does, for menus.
std::string short_about(const OptionText& option) {
  const auto end = option.about.find_first_of(";:(");
  return std::string(trim(option.about.substr(0, end)));
}

std::string in_quotes(std::string_view text) {
  std::string out;
  for (const char c : text) out += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return "'" + out + "'";
}

/// The case of bash that completes the value of one option.
std::string bash_value(const CommandText& command, const OptionText& option) {
  if (option.value.empty() || option.value_may_lack) return {};
  const auto choices = choices_of(option);
  std::string action = "COMPREPLY=()";
  if (!choices.empty()) {
    action = fmt::format("COMPREPLY=($(compgen -W '{}' -- \"$word\"))", fmt::join(choices, " "));
  } else if (names_directory(option)) {
    action = "COMPREPLY=($(compgen -d -- \"$word\"))";
  } else if (names_file(option)) {
    action = "COMPREPLY=($(compgen -f -- \"$word\"))";
  }
  std::string patterns;
  for (const auto& name : option.names) {
    patterns += fmt::format("{}'{}:{}'", patterns.empty() ? "" : "|", command.name, name);
  }
  return fmt::format("    {}) {}; return ;;\n", patterns, action);
}

/// Makes a text of zsh's `_arguments` harmless.
std::string zsh_escaped(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '[' || c == ']' || c == ':' || c == '\\') out += '\\';
    out += c;
  }
  return out;
}

std::string zsh_value(const OptionText& option) {
  if (option.value.empty()) return {};
  const auto choices = choices_of(option);
  if (!choices.empty()) return fmt::format(":value:({})", fmt::join(choices, " "));
  if (names_directory(option)) return ":folder:_files -/";
  return names_file(option) ? ":file:_files" : ":value:";
}

std::string zsh_options(const CommandText& command) {
  std::string text = "    _arguments";
  for (const auto& option : options_of(command)) {
    for (const auto& name : option.names) {
      text += " \\\n      " +
              in_quotes(fmt::format("{}{}[{}]{}", option.repeated ? "*" : "", name,
                                    zsh_escaped(short_about(option)), zsh_value(option)));
    }
  }
  return text + " \\\n      '*:file:_files'\n";
}

/// The words behind the program's name that lead to a command.
std::string path_of(const CommandText& command, const CommandText& program) {
  return command.name.size() == program.name.size() ? std::string()
                                                    : command.name.substr(program.name.size() + 1);
}

}  // namespace

std::string bash_completion(const CommandText& program) {
  std::string values, words, commands;
  for_each_command(program, [&](const CommandText& command) {
    for (const auto& option : options_of(command)) values += bash_value(command, option);
    words +=
        fmt::format("    '{}') words='{}'{} ;;\n", command.name, fmt::join(words_of(command), " "),
                    command.commands.empty() ? "" : " parent=1");
    commands += fmt::format("{}'{}'", commands.empty() ? "" : "|", command.name);
  });
  return fmt::format(R"(# bash completion for {0}
_{0}() {{
  local word=${{COMP_WORDS[COMP_CWORD]}} before=${{COMP_WORDS[COMP_CWORD-1]}} at={0} words parent i
  for ((i = 1; i < COMP_CWORD; ++i)); do
    case "$at ${{COMP_WORDS[i]}}" in
    {1}) at="$at ${{COMP_WORDS[i]}}" ;;
    esac
  done
  case "$at:$before" in
{2}  esac
  case "$at" in
{3}  esac
  if [[ $word == -* || -n $parent ]]; then
    COMPREPLY=($(compgen -W "$words" -- "$word"))
  else
    COMPREPLY=($(compgen -f -- "$word"))
  fi
}}
complete -o filenames -F _{0} {0}
)",
                     program.name, commands, values, words);
}

std::string zsh_completion(const CommandText& program) {
  std::string cases, names;
  std::vector<std::string> parents;
  for_each_command(program, [&](const CommandText& command) {
    const auto path = path_of(command, program);
    if (path.empty()) return;
    const bool leaf = command.commands.empty();
    cases += fmt::format("  {}{})\n{}    ;;\n", in_quotes(path), leaf ? "" : "*",
                         leaf ? zsh_options(command)
                              : fmt::format("    compadd {}\n", fmt::join(words_of(command), " ")));
  });
  for (const auto& sub : program.commands) {
    names += fmt::format("    {}\n", in_quotes(own_name(sub) + ":" + zsh_escaped(sub.about)));
    if (!sub.commands.empty()) parents.push_back(own_name(sub));
  }
  return fmt::format(R"(#compdef {0}
_{0}() {{
  local -a commands
  commands=(
{1}  )
  if (( CURRENT == 2 )); then
    _describe command commands
    return
  fi
  local at=${{words[2]}}
  case $at in
  {3})
    if (( CURRENT > 3 )); then
      at="$at ${{words[3]}}"
      shift words
      (( CURRENT-- ))
    fi ;;
  esac
  shift words
  (( CURRENT-- ))
  case $at in
{2}  esac
}}
_{0} "$@"
)",
                     program.name, names, cases, fmt::join(parents, "|"));
}

std::string fish_completion(const CommandText& program) {
  std::string text = fmt::format("# fish completion for {}\n", program.name);
  for_each_command(program, [&](const CommandText& command) {
    const auto path = path_of(command, program);
    std::string condition = "__fish_use_subcommand";
    if (!path.empty()) {
      condition.clear();
      for (const auto word : split(path, ' ')) {
        condition += fmt::format("{}__fish_seen_subcommand_from {}",
                                 condition.empty() ? "" : "; and ", word);
      }
    }
    const auto add = [&](const std::string& rest, const std::string& about) {
      text += fmt::format("complete -c {} -n {} {} -d {}\n", program.name, in_quotes(condition),
                          rest, in_quotes(about));
    };
    for (const auto& sub : command.commands) add("-f -a " + own_name(sub), sub.about);
    for (const auto& option : options_of(command)) {
      std::string names;
      for (const auto& name : option.names) {
        names +=
            name.starts_with("--") ? "-l " + name.substr(2) + " " : "-s " + name.substr(1) + " ";
      }
      const auto choices = choices_of(option);
      if (!choices.empty()) {
        names += fmt::format("-x -a '{}'", fmt::join(choices, " "));
      } else if (!option.value.empty()) {
        names += names_file(option) || names_directory(option) ? "-r" : "-x";
      }
      add(std::string(trim(names)), short_about(option));
    }
  });
  return text;
}

}  // namespace specbridge::tool
