#pragma once

#include <cstddef>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "eval/truth.h"
#include "pipeline/explain/named_spectra.h"
#include "serve/backend.h"
#include "specbridge/context.h"
#include "specbridge/search.h"
#include "specbridge/searcher.h"
#include "specbridge/serve.h"

namespace specbridge {

/// Answers the searches of a service by a searcher that stays open, each in a folder of its own
/// that goes away with it.
class SearchService : public ServiceBackend {
 public:
  /// Opens model and library. @throws ArtifactError, UsageError, ResourceError
  SearchService(const ServeConfig& config, const RunContext& context);
  ServiceAnswer search(const SearchRequest& request) const override;
  Json library() const override;

 private:
  ServiceAnswer answer(const SearchRequest& request, const std::filesystem::path& folder) const;
  /// What a page reads of the hits, as JSON text.
  std::string page_data(const SearchConfig& config, const std::vector<TruthRecord>& records,
                        std::size_t shown, const RunContext& context) const;

  ServeConfig config_;
  RunContext context_;  ///< on one thread
  SearchSources sources_;
  Searcher searcher_;
  std::optional<NamedSpectra> named_spectra_;  ///< nothing: no library spectra are searched
};

}  // namespace specbridge
