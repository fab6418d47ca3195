#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <cerrno>
#include <cstdio>
#include <exception>
#include <iostream>
#include <new>
#include <nlohmann/json.hpp>

#include "base/text.h"
#include "chem/molecule.h"
#include "commands.h"
#include "exit_codes.h"
#include "process.h"
#include "specbridge/error.h"
#include "specbridge/version.h"

namespace specbridge::tool {
namespace {

int fail(ExitCode code, std::string_view message) {
  fmt::print(stderr, "specbridge: {}\n", one_line(message));
  return code;
}

void print_version(const CommonOptions& common) {
  if (common.json) {
    std::cout
        << nlohmann::json{{"specbridge", program_version()}, {"rdkit", chemistry_version()}}.dump(2)
        << '\n';
  } else {
    std::cout << fmt::format("specbridge {} ({})\n", program_version(), chemistry_version());
  }
}

std::vector<std::string> command_names(const CLI::App& app) {
  std::vector<std::string> names;
  for (const auto* command : app.get_subcommands({})) names.push_back(command->get_name());
  return names;
}

/// The deepest subcommand that was named on the command line.
const CLI::App* deepest(const CLI::App* app) {
  const auto chosen = app->get_subcommands();
  return chosen.empty() ? app : deepest(chosen.front());
}

std::string full_name(const CLI::App* app) {
  return app->get_parent() == nullptr ? app->get_name()
                                      : full_name(app->get_parent()) + " " + app->get_name();
}

/// "unknown command "serch", did you mean "search"?; see specbridge --help"
std::string unknown(std::string_view what, const std::string& word,
                    const std::vector<std::string>& known, const CLI::App& command) {
  const auto near = suggestion(word, known);
  return fmt::format("unknown {} \"{}\"{}; see {} --help", what, word,
                     near ? fmt::format(", did you mean \"{}\"?", *near) : "", full_name(&command));
}

/// CLI11 answers a mistyped subcommand or option with little, or with what is lacking in
/// consequence; this names the nearest one that exists.
std::string usage_message(const CLI::App& app, const CLI::ParseError& error) {
  const CLI::App& command = *deepest(&app);
  const auto commands = command_names(command);
  std::vector<std::string> options;
  for (const auto* option : command.get_options([](const CLI::Option*) { return true; })) {
    for (const auto& name : option->get_lnames()) options.push_back("--" + name);
  }
  for (const std::string& extra : command.remaining()) {
    if (!extra.starts_with('-') && !commands.empty()) {
      return unknown("command", extra, commands, command);
    }
    if (extra.starts_with("--")) {
      return unknown("option", extra.substr(0, extra.find('=')), options, command);
    }
  }
  return fmt::format("{}; see {} --help", one_line(error.what()), full_name(&command));
}

/// What a full disk or a closed pipe took must not look like a success.
void flush_output() {
  if (std::cout.flush()) return;
  if (errno == EPIPE) throw ReaderGone();
  throw OutputError("standard output: cannot be written");
}

template <typename Work>
int guarded(const Work& work) {
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

int run(int argc, char** argv) {
  CLI::App app("Identifies small molecules from tandem mass spectra.", "specbridge");
  CommonOptions common;
  for (int i = 0; i < argc; ++i)
    common.command_line += fmt::format("{}{}", i == 0 ? "" : " ", argv[i]);
  Action action;
  bool version = false;
  app.add_flag("--version", version,
               "Print the versions of the program and of RDKit (with --json as JSON)");
  app.add_flag("--json", common.json, "With --version: as JSON")->group("");
  add_train(app, common, action);
  add_index(app, common, action);
  add_search(app, common, action);
  add_eval(app, common, action);
  add_audit(app, common, action);
  add_check(app, common, action);
  add_mces(app, common, action);
  add_info(app, common, action);
  add_make_encoder(app, common, action);
  app.get_formatter()->column_width(34);
  app.footer(
      "Data goes to stdout or to the file named by -o, everything else to stderr.\n"
      "Exit codes: 0 done, 1 nothing found (with --fail-if-empty), 2 command line or "
      "configuration,\n"
      "3 input, 4 encoder, model or library, 5 output, 6 memory or device, 7 audit found a leak, "
      "130 interrupted.");
  try {
    app.parse(argc, argv);
  } catch (const CLI::CallForHelp&) {
    std::cout << app.help();
    return done;
  } catch (const CLI::ParseError& error) {
    return fail(bad_usage, usage_message(app, error));
  }
  if (version) {
    print_version(common);
    return done;
  }
  if (!action) {
    std::cout << app.help();
    return argc == 1 ? bad_usage : done;
  }
  return guarded(action);
}

}  // namespace
}  // namespace specbridge::tool

int main(int argc, char** argv) {
  specbridge::tool::guard_process();
  specbridge::tool::catch_interrupts();
  specbridge::tool::leave(specbridge::tool::run(argc, argv));
}
