#include "manual/description.h"

#include <algorithm>
#include <string_view>

#include "base/text.h"

namespace specbridge::tool {
namespace {

/// What CLI11 calls types, in the words of users. Behind a colon it says what is allowed.
std::string value_of(const CLI::Option& option) {
  if (option.get_type_size() == 0) return {};
  const std::string name = option.get_type_name();
  const std::string type = name.substr(0, name.find(':'));
  if (type == "UINT" || type == "INT") return "N";
  return type == "FLOAT" ? "X" : type;
}

OptionText text_of(const CLI::Option& option) {
  OptionText text;
  for (const auto& name : option.get_snames()) text.names.push_back("-" + name);
  for (const auto& name : option.get_lnames()) text.names.push_back("--" + name);
  if (option.get_positional()) text.names = {option.get_name(true, false)};
  text.value = value_of(option);
  text.about = option.get_description();
  std::string value = option.get_default_str();
  // A list is shown by CLI11 as "[1,5,20]".
  if (value.size() > 1 && value.front() == '[') value = value.substr(1, value.size() - 2);
  text.default_value = value == "\"\"" ? "" : value;
  text.required = is_required(option);
  text.repeated = option.get_expected_max() > 1 && option.get_delimiter() == '\0';
  text.value_may_lack = option.get_expected_min() == 0 && !text.value.empty();
  return text;
}

OptionGroup& group_called(const std::string& title, std::vector<OptionGroup>& groups) {
  const auto found = std::ranges::find(groups, title, &OptionGroup::title);
  return found != groups.end() ? *found : groups.emplace_back(OptionGroup{title, {}});
}

void add_options(const CLI::App& command, CommandText& text) {
  OptionGroup required{kRequiredGroup, {}}, general{kGeneralGroup, {}};
  for (const auto* option : command.get_options()) {
    const std::string& group = option->get_group();
    if (group.empty()) continue;
    if (option->get_positional()) {
      text.arguments.push_back(text_of(*option));
    } else if (is_required(*option)) {
      required.options.push_back(text_of(*option));
    } else if (group == kGeneralGroup) {
      general.options.push_back(text_of(*option));
    } else if (option != command.get_help_ptr()) {
      group_called(group, text.groups).options.push_back(text_of(*option));
    }
  }
  if (command.get_help_ptr() != nullptr)
    general.options.push_back(text_of(*command.get_help_ptr()));
  if (!required.options.empty()) text.groups.insert(text.groups.begin(), std::move(required));
  if (!general.options.empty()) text.groups.push_back(std::move(general));
}

}  // namespace

std::string full_name(const CLI::App* command) {
  return command->get_parent() == nullptr
             ? command->get_name()
             : full_name(command->get_parent()) + " " + command->get_name();
}

bool is_required(const CLI::Option& option) {
  return option.get_required() || option.get_group() == kRequiredGroup;
}

CommandText describe(const CLI::App& command) {
  CommandText text{
      full_name(&command), command.get_description(), command.get_footer(), {}, {}, {}};
  add_options(command, text);
  for (const auto* sub : command.get_subcommands({})) {
    if (!sub->get_group().empty()) text.commands.push_back(describe(*sub));
  }
  return text;
}

std::vector<std::string> choices_of(const OptionText& option) {
  std::vector<std::string> choices;
  if (option.value.find('|') == std::string::npos) return choices;
  for (const auto choice : split(option.value, '|')) choices.emplace_back(choice);
  std::erase_if(choices, [](const std::string& choice) { return choice == "N"; });
  return choices;
}

std::string usage_of(const OptionText& option) {
  std::string text = option.names.back();
  const bool argument = text.front() != '-';
  if (!argument && !option.value.empty()) {
    text += option.value_may_lack ? "[=" + option.value + "]" : " " + option.value;
  }
  if (option.repeated) text += "...";
  return argument && !option.required ? "[" + text + "]" : text;
}

}  // namespace specbridge::tool
