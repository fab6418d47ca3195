#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <exception>
#include <iostream>
#include <new>
#include <span>
#include <string>
#include <vector>

#include "base/text.h"
#include "commands.h"
#include "exit_codes.h"
#include "manual/description.h"
#include "manual/help_text.h"
#include "manual/usage_error.h"
#include "manual/versions.h"
#include "process.h"
#include "specbridge/error.h"
#include "store/paths.h"

namespace specbridge::tool {
namespace {

int fail(ExitCode code, std::string_view message) {
  const bool colours = stderr_has_colours();
  fmt::print(stderr, "{}specbridge:{} {}\n", colours ? "\033[1;31m" : "", colours ? "\033[0m" : "",
             one_line(message));
  return code;
}

/// What a full disk or a closed pipe took must not look like a success.
void flush_output() {
  if (std::cout.flush()) return;
  if (errno == EPIPE) throw ReaderGone();
  throw OutputError("standard output: cannot be written");
}

template <typename Work>
int exit_code_of(const Work& work) {
  try {
    work();
    flush_output();
    return done;
  } catch (const NothingFound&) {
    return nothing_found;
  } catch (const LeakFound&) {
    return leak_found;
  } catch (const UsageError& error) {
    return fail(bad_usage, error.what());
  } catch (const InputError& error) {
    return fail(bad_input, error.what());
  } catch (const ArtifactError& error) {
    return fail(bad_artifact, error.what());
  } catch (const ReaderGone&) {
    return reader_gone;
  } catch (const OutputError& error) {
    return fail(bad_output, error.what());
  } catch (const ResourceError& error) {
    return fail(bad_resource, error.what());
  } catch (const Interrupted& error) {
    return fail(interrupted, error.what());
  } catch (const std::bad_alloc&) {
    return fail(bad_resource, "out of memory; use fewer --threads or a machine with more");
  } catch (const std::exception& error) {
    return fail(internal, fmt::format("internal error, please report it: {}", error.what()));
  }
}

template <typename Work>
int guarded(const Work& work, CommonOptions& common) {
  return exit_code_of([&] {
    try {
      work();
    } catch (...) {
      if (common.console) common.console->print("");  // nothing is glued behind a line of progress
      throw;
    }
  });
}

/// What artifacts and run records say of how they were made: nothing of the user's home folder.
std::string recorded_command(const std::vector<std::string>& words) {
  std::string line = "specbridge";
  for (const auto& word : words) {
    if (word == "--resume") continue;  // what was resumed has the bytes of what was not
    const auto value = word.starts_with('-') ? word.find('=') + 1 : 0;  // "--option=PATH"
    line += fmt::format(" {}{}", word.substr(0, value), recorded(word.substr(value)));
  }
  return line;
}

void add_commands(CLI::App& app, CommonOptions& common, Action& action) {
  add_train(app, common, action);
  add_calibrate(app, common, action);
  add_index(app, common, action);
  add_merge(app, common, action);
  add_compact(app, common, action);
  add_export(app, common, action);
  add_search(app, common, action);
  add_explain(app, common, action);
  add_page(app, common, action);
  add_serve(app, common, action);
  add_embed(app, common, action);
  add_render(app, common, action);
  add_sample(app, common, action);
  add_similarity(app, common, action);
  add_eval(app, common, action);
  add_audit(app, common, action);
  add_split(app, common, action);
  add_pools(app, common, action);
  add_check(app, common, action);
  add_analogues(app, common, action);
  add_mces(app, common, action);
  add_info(app, common, action);
  add_pack(app, common, action);
  add_make_encoder(app, common, action);
  add_generate(app, action);
}

void describe_program(CLI::App& app, CommonOptions& common) {
  app.formatter_fn([](const CLI::App* command, const std::string&, CLI::AppFormatMode) {
    return help_text(describe(*command));
  });
  app.add_flag("-V,--version", common.version,
               "Print the version (with --json also the commit and those of the libraries)");
  app.add_flag("--json", common.json, "With --version: as JSON")->group("");
  app.footer(
      "specbridge help COMMAND explains a command, specbridge version says what this is. Data goes "
      "to stdout or to the file named by -o, everything else to stderr.\n"
      "Exit codes: 0 done, 1 nothing found (with --fail-if-empty), 2 command line or "
      "configuration, 3 input, 4 encoder, model or library, 5 output, 6 memory or device, 7 audit "
      "found a leak, 130 interrupted.");
}

/// "specbridge help make-encoder morgan"
int help_on(const CLI::App& app, std::span<const std::string> words) {
  const CLI::App* command = &app;
  for (const auto& word : words) {
    const auto commands = command->get_subcommands({});
    const auto named = std::ranges::find_if(
        commands, [&](const CLI::App* one) { return one->get_name() == word; });
    if (named == commands.end()) return fail(bad_usage, unknown_command(word, *command));
    command = *named;
  }
  std::cout << help_text(describe(*command));
  return done;
}

int parse_and_run(CLI::App& app, CommonOptions& common, const Action& action, int argc,
                  char** argv) {
  const std::vector<std::string> words(argv + 1, argv + argc);
  if (!words.empty() && words[0] == "help") return help_on(app, std::span(words).subspan(1));
  try {
    if (!words.empty() && words[0] == "version") {
      std::vector<std::string> rest(words.rbegin(), words.rend() - 1);
      rest.emplace_back("--version");
      app.parse(rest);
    } else {
      app.parse(argc, argv);
    }
  } catch (const CLI::CallForHelp&) {
    std::cout << app.help();
    return done;
  } catch (const SettingsWanted&) {
    return guarded([&] { print_settings(words); }, common);
  } catch (const CLI::ParseError& error) {
    return fail(bad_usage, usage_message(app, error, common));
  }
  if (common.version) {
    std::cout << (common.json ? versions_json() : version_line());
    return done;
  }
  if (!action) {
    std::cout << app.help();
    return argc == 1 ? bad_usage : done;
  }
  return guarded(action, common);
}

int run(int argc, char** argv) {
  CLI::App app("Identifies small molecules from tandem mass spectra.", "specbridge");
  CommonOptions common;
  common.command_line = recorded_command({argv + 1, argv + argc});
  Action action;
  describe_program(app, common);
  add_commands(app, common, action);
  return parse_and_run(app, common, action, argc, argv);
}

}  // namespace
}  // namespace specbridge::tool

int main(int argc, char** argv) {
  specbridge::tool::guard_process();
  specbridge::tool::catch_interrupts();
  specbridge::tool::leave(specbridge::tool::run(argc, argv));
}
