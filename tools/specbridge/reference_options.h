#pragma once

#include <CLI/CLI.hpp>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

#include "specbridge/searcher.h"

namespace specbridge::tool {

/// What a command is told of library spectra.
struct ReferenceOptions {
  std::optional<std::filesystem::path> library;
  ReferenceSources asked;
  std::optional<std::string> peak_tolerance, mass;
  bool same_adduct = false, leave_own_out = false, analogues = false, guess_mass = false;
};

/// Library spectra that queries are compared with: --spectral-library and how it is searched.
void add_references(CLI::App& command, ReferenceOptions& options);

/// What is asked for; nothing where no library of spectra is named. @throws UsageError
std::optional<ReferenceSources> references_of(const ReferenceOptions& options,
                                              std::string_view command);

}  // namespace specbridge::tool
