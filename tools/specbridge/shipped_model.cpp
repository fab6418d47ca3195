#include "shipped_model.h"

#include <fmt/format.h>

#include <system_error>

#include "common_options.h"
#include "pipeline/explain/searched_model.h"
#include "specbridge/error.h"

namespace specbridge::tool {

std::filesystem::path shipped_model() {
  std::error_code error;
  const auto program = std::filesystem::read_symlink("/proc/self/exe", error);
  return program.parent_path().parent_path() / "share/specbridge/massbank-model";
}

namespace {

bool is_shipped() {
  std::error_code error;
  return std::filesystem::exists(shipped_model(), error);
}

}  // namespace

ChosenModel chosen_model(const std::filesystem::path& named) {
  if (!named.empty()) return {named};
  if (is_shipped()) return {shipped_model(), ModelChoice::shipped};
  throw UsageError(
      fmt::format("no --model is given, and none came with this program (it would be {}); name a "
                  "model directory made by specbridge train",
                  shipped_model().string()));
}

ChosenModel chosen_model_for(const std::filesystem::path& hits,
                             const std::filesystem::path& named) {
  if (!named.empty()) return {named};
  if (const auto model = searched_model(hits)) return {*model, ModelChoice::searched_with};
  if (answered_by_spectra(hits) && !is_shipped()) return {{}, ModelChoice::none};
  return chosen_model(named);
}

std::filesystem::path model_to_show(const std::filesystem::path& searched_with) {
  if (!searched_with.empty() && !knows_spectra_alone(searched_with)) return searched_with;
  return is_shipped() ? shipped_model() : std::filesystem::path();
}

std::string closing_words(const ChosenModel& model) {
  if (model.choice == ModelChoice::named) return {};
  if (model.choice == ModelChoice::none) return "; no model: fragments have the fixed score";
  return fmt::format("; model: {}, which {} (--model names another)", model.path.string(),
                     model.choice == ModelChoice::shipped ? "comes with the program"
                                                          : "the table was searched with");
}

CLI::Validator named_model() {
  const auto check = [](const std::string& name) {
    return std::string(name.empty() ? "is empty; name a model directory, or leave --model out"
                                    : "");
  };
  return {check, ""};
}

namespace {

CLI::Option* add_optional_model(CLI::App& command, std::filesystem::path& model,
                                const std::string& help) {
  auto* option = command.add_option("--model", model, help);
  option->check(named_model());
  tell(option, "DIR");
  return option;
}

}  // namespace

CLI::Option* add_model(CLI::App& command, std::filesystem::path& model, const char* help) {
  return add_optional_model(command, model, std::string(help) + std::string(kShippedByDefault));
}

CLI::Option* add_searched_model(CLI::App& command, std::filesystem::path& model) {
  return add_optional_model(
      command, model,
      "Model directory (default: the one that was searched with, by the .run.json beside the hits, "
      "if it is still there; else the one that comes with the program, of MassBank spectra)");
}

}  // namespace specbridge::tool
