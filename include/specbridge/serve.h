#pragma once

#include <chrono>
#include <cstddef>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "specbridge/context.h"
#include "specbridge/searcher.h"

namespace specbridge {

/// What `specbridge serve` is asked for.
struct ServeConfig {
  std::filesystem::path model;  ///< empty: none, where library spectra alone are searched
  std::optional<std::filesystem::path> library = {};  ///< absent: the same
  std::optional<ReferenceSources> references = {};
  std::optional<RankBy> rank_by;               ///< see SearchSources
  std::size_t rescore = 1000;                  ///< see SearchSources
  std::string address = "127.0.0.1";           ///< others than this machine's own need a token
  int port = 8765;                             ///< 0: one that is free
  std::optional<std::filesystem::path> token;  ///< file whose first line requests must bear
  std::size_t most_bytes = 16 << 20;           ///< of a request
  std::size_t most_spectra = 1000;             ///< of a request
  std::size_t waiting = 16;                    ///< searches that wait; more are turned away
  std::chrono::seconds patience{60};           ///< of a search, waiting included
};

/// Told of what a service does.
struct ServeEvents {
  std::function<void(const std::string& address)> listening;  ///< "http://127.0.0.1:8765/"
  std::function<void(std::string_view line)> request;         ///< JSON, from any thread
};

/// Answers searches over HTTP until the context is interrupted, and finishes what is under way
/// then. The answers are those of run_search(), byte for byte.
/// @throws UsageError, InputError for the token, ArtifactError, ResourceError
void run_serve(const ServeConfig& config, const ServeEvents& events, const RunContext& context);

}  // namespace specbridge
