#include <fmt/format.h>

#include <iostream>
#include <memory>

#include "commands.h"
#include "manual/completions.h"
#include "manual/description.h"
#include "manual/man_page.h"
#include "specbridge/version.h"

namespace specbridge::tool {
namespace {

std::string generated(const std::string& what, const CommandText& program) {
  if (what == "man") return man_page(program, program_version());
  if (what == "bash") return bash_completion(program);
  return what == "zsh" ? zsh_completion(program) : fish_completion(program);
}

}  // namespace

void add_generate(CLI::App& app, Action& action) {
  auto what = std::make_shared<std::string>();
  CLI::App& command = *app.add_subcommand(
      "generate", "Print the manual page, or the completions of a shell, as they are installed");
  command.group("");
  command.add_option("what", *what, "man, bash, zsh or fish")
      ->required()
      ->check(CLI::IsMember({"man", "bash", "zsh", "fish"}))
      ->type_name("man|bash|zsh|fish");
  command.callback([what, &app, &action] {
    action = [what, &app] { std::cout << generated(*what, describe(app)); };
  });
}

}  // namespace specbridge::tool
