#pragma once

#include <CLI/CLI.hpp>
#include <filesystem>
#include <string>
#include <string_view>

namespace specbridge::tool {

/// The model that comes with the program: share/specbridge/massbank-model, beside the folder that
/// the program lies in. Whether it is there, nothing says.
std::filesystem::path shipped_model();

/// The model that a command works with.
struct ChosenModel {
  std::filesystem::path path;
  bool shipped = false;  ///< because none was named
};

/// The shipped model where none was named.
/// @throws UsageError when none was named and the program came without one
ChosenModel chosen_model(const std::filesystem::path& named);

/// What the closing sentence of a command says of it: nothing of a model that was named.
std::string closing_words(const ChosenModel& model);

/// What the help of --model says where it may be left out.
inline constexpr std::string_view kShippedByDefault =
    " (default: the one that comes with the program, of MassBank spectra)";

/// Refuses a --model without a name, which a variable of a script that is not set leaves.
CLI::Validator named_model();

/// --model of commands that do without.
CLI::Option* add_model(CLI::App& command, std::filesystem::path& model, const char* help);

}  // namespace specbridge::tool
