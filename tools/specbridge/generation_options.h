#pragma once

#include <CLI/CLI.hpp>
#include <cstddef>
#include <optional>
#include <string>

#include "specbridge/searcher.h"

namespace specbridge::tool {

/// What a command is told of the decoder of a model.
struct GenerationOptions {
  std::string rerank;  ///< "generate", or nothing
  std::optional<std::size_t> beams;
  std::optional<std::string> by;
  std::size_t denovo = 0;
  std::optional<double> denovo_below;
};

/// --rerank generate and what it writes.
void add_generation_options(CLI::App& command, GenerationOptions& options);

/// --denovo and --denovo-below, of searches.
void add_denovo(CLI::App& command, GenerationOptions& options);

/// What is asked for; nothing where candidates are not re-ranked. @throws UsageError
std::optional<GenerationSources> generation_of(const GenerationOptions& options);

}  // namespace specbridge::tool
