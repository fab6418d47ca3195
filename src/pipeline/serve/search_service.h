#pragma once

#include <cstddef>
#include <filesystem>
#include <string>

#include "pipeline/explain/explaining_score.h"
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
  Json page_data(const SearchConfig& config, std::size_t shown, const RunContext& context) const;

  ServeConfig config_;
  RunContext context_;
  SearchSources sources_;
  Searcher searcher_;
  ExplainingScore score_;
};

}  // namespace specbridge
