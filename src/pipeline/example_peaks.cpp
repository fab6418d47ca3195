#include <algorithm>
#include <cmath>
#include <unordered_map>

#include "pipeline/eval_runs.h"
#include "search/query.h"

namespace specbridge {
namespace {

constexpr std::size_t kChunkQueries = 1024;

}  // namespace

void read_peaks(const SpectraInputs& spectra, Examples& examples) {
  if (std::ranges::find(spectra.paths, "-") != spectra.paths.end()) return;
  std::unordered_map<std::size_t, ExampleQuery*> wanted;
  for (auto* list : {&examples.best, &examples.worst}) {
    for (auto& query : *list) wanted.emplace(query.result.query_index, &query);
  }
  QueryStream stream(spectra.paths, spectra.format);
  for (auto queries = stream.next(kChunkQueries); !queries.empty() && !wanted.empty();
       queries = stream.next(kChunkQueries)) {
    for (const auto& query : queries) {
      const auto found = wanted.find(query.index);
      if (found == wanted.end()) continue;
      for (const auto& [mz, intensity] : query.spectrum.peaks) {
        const bool drawable = std::isfinite(mz) && std::isfinite(intensity);
        if (drawable) found->second->peaks.emplace_back(mz, intensity);
      }
      wanted.erase(found);
    }
  }
}

}  // namespace specbridge
