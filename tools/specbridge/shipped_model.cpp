#include "shipped_model.h"

#include <fmt/format.h>

#include <system_error>

#include "common_options.h"
#include "specbridge/error.h"

namespace specbridge::tool {

std::filesystem::path shipped_model() {
  std::error_code error;
  const auto program = std::filesystem::read_symlink("/proc/self/exe", error);
  return program.parent_path().parent_path() / "share/specbridge/massbank-model";
}

ChosenModel chosen_model(const std::filesystem::path& named) {
  if (!named.empty()) return {named, false};
  const auto model = shipped_model();
  std::error_code error;
  if (std::filesystem::exists(model, error)) return {model, true};
  throw UsageError(
      fmt::format("no --model is given, and none came with this program (it would be {}); name a "
                  "model directory made by specbridge train",
                  model.string()));
}

std::string closing_words(const ChosenModel& model) {
  if (!model.shipped) return {};
  return fmt::format("; model: {}, which comes with the program (--model names another)",
                     model.path.string());
}

CLI::Validator named_model() {
  const auto check = [](const std::string& name) {
    return std::string(name.empty() ? "is empty; name a model directory, or leave --model out"
                                    : "");
  };
  return {check, ""};
}

CLI::Option* add_model(CLI::App& command, std::filesystem::path& model, const char* help) {
  auto* option =
      command.add_option("--model", model, std::string(help) + std::string(kShippedByDefault));
  option->check(named_model());
  tell(option, "DIR");
  return option;
}

}  // namespace specbridge::tool
