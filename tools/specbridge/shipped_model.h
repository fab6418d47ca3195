#pragma once

#include <CLI/CLI.hpp>
#include <filesystem>
#include <string>
#include <string_view>

namespace specbridge::tool {

/// The model that comes with the program: share/specbridge/massbank-model, beside the folder that
/// the program lies in. Whether it is there, nothing says.
std::filesystem::path shipped_model();

/// Why a command works with a model.
enum class ModelChoice { named, shipped, searched_with, none };

/// The model that a command works with.
struct ChosenModel {
  std::filesystem::path path;
  ModelChoice choice = ModelChoice::named;
};

/// The shipped model where none was named.
/// @throws UsageError when none was named and the program came without one
ChosenModel chosen_model(const std::filesystem::path& named);
/// Where none was named, the model that a table of hits was searched with, if it is still where the
/// record of the search says, else the shipped one. A table whose answers are those of library
/// spectra does without.
ChosenModel chosen_model_for(const std::filesystem::path& hits, const std::filesystem::path& named);

/// The model that shows the answers of a search: its own where that knows molecules, else the
/// shipped one; empty where there is none. @param searched_with empty: spectra alone were searched
std::filesystem::path model_to_show(const std::filesystem::path& searched_with);

/// What the closing sentence of a command says of it: nothing of a model that was named.
std::string closing_words(const ChosenModel& model);

/// What the help of --model says where it may be left out.
inline constexpr std::string_view kShippedByDefault =
    " (default: the one that comes with the program, of MassBank spectra)";

/// Refuses a --model without a name, which a variable of a script that is not set leaves.
CLI::Validator named_model();

/// --model of commands that do without.
CLI::Option* add_model(CLI::App& command, std::filesystem::path& model, const char* help);
/// --model of commands that show a table of hits.
CLI::Option* add_searched_model(CLI::App& command, std::filesystem::path& model);

}  // namespace specbridge::tool
