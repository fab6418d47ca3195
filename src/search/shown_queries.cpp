#include "search/shown_queries.h"

namespace specbridge {

std::vector<std::vector<FragmentPeak>> shown_peaks(std::span<const Query> queries) {
  std::vector<std::vector<FragmentPeak>> peaks;
  for (const Query& query : queries) {
    peaks.push_back(query.refusal ? std::vector<FragmentPeak>() : fragment_peaks(query.spectrum));
  }
  return peaks;
}

std::vector<std::vector<Peak>> shown_spectra(std::span<const Query> queries) {
  std::vector<std::vector<Peak>> peaks;
  for (const Query& query : queries) {
    peaks.push_back(query.refusal ? std::vector<Peak>() : query.spectrum.peaks);
  }
  return peaks;
}

}  // namespace specbridge
