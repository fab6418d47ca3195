#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "search/search_parts.h"
#include "specbridge/query.h"
#include "specbridge/searcher.h"

namespace specbridge {

/// One list a feature: of several spectra the candidates of the last, ranked by the mean of what
/// all say of them; what fragments explain is of the last. Of one spectrum what Searcher::rank()
/// gives.
/// @param features positions of their spectra in `queries`; none is empty
std::vector<RankedList> rank_features(const SearchParts& parts, std::span<const Query> queries,
                                      std::span<const std::vector<std::size_t>> features,
                                      const RankOptions& options);

}  // namespace specbridge
