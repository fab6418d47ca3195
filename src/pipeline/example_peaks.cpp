#include <algorithm>
#include <cmath>
#include <unordered_map>

#include "pipeline/eval_runs.h"
#include "search/query_stream.h"

namespace specbridge {

void read_peaks(const SpectraInputs& spectra, Examples& examples) {
  if (std::ranges::find(spectra.paths, "-") != spectra.paths.end()) return;
  std::unordered_map<std::size_t, ExampleQuery*> wanted;
  for (auto* list : {&examples.best, &examples.worst}) {
    for (auto& query : *list) wanted.emplace(query.result.name.index, &query);
  }
  QueryStream stream(spectra.paths, spectra.format);
  for_each_chunk(stream, Structures::skip, {}, [&](std::vector<Query>& queries) {
    for (const auto& query : queries) {
      const auto found = wanted.find(query.name.index);
      if (found == wanted.end()) continue;
      for (const auto& [mz, intensity] : query.spectrum.peaks) {
        const bool drawable = std::isfinite(mz) && std::isfinite(intensity);
        if (drawable) found->second->peaks.emplace_back(mz, intensity);
      }
      wanted.erase(found);
    }
    if (wanted.empty()) stream.stop();
  });
}

}  // namespace specbridge
