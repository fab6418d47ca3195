// What scripts/science/compare_library.py measures: searches of a library of spectra, in one
// process and on one core, without opening it and without reading the queries.
//   specbridge_library_probe LIBRARY QUERIES TOLERANCE_DA
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <functional>
#include <iostream>
#include <limits>
#include <string>
#include <vector>

#include "base/json.h"
#include "base/text.h"
#include "library/spectra/spectral_search.h"
#include "specbridge/ion_of_spectrum.h"
#include "specbridge/spectrum_reader.h"
#include "specbridge/tolerance.h"

namespace {

using namespace specbridge;

constexpr std::size_t kBest = 10;
constexpr int kRounds = 3;

std::vector<Spectrum> read_queries(const std::string& file) {
  std::vector<Spectrum> queries;
  const auto reader = open_spectra(file);
  Spectrum spectrum;
  while (reader->next(spectrum)) {
    if (spectrum.precursor_mz && spectrum.problem.empty()) queries.push_back(spectrum);
  }
  return queries;
}

/// Seconds of the first round, which touches the files, and of the best of the others.
Json timed(const std::function<std::size_t()>& search) {
  double first = 0, best = std::numeric_limits<double>::infinity();
  std::size_t found = 0;
  for (int round = 0; round <= kRounds; ++round) {
    const auto start = std::chrono::steady_clock::now();
    found = search();
    const std::chrono::duration<double> taken = std::chrono::steady_clock::now() - start;
    if (round == 0)
      first = taken.count();
    else
      best = std::min(best, taken.count());
  }
  return {{"first_seconds", first}, {"seconds", best}, {"found", found}};
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 4) {
    std::cerr << "usage: specbridge_library_probe LIBRARY QUERIES TOLERANCE_DA\n";
    return 2;
  }
  const auto library = SpectralLibrary::open(argv[1]);
  const auto records = read_queries(argv[2]);
  SimilarityRule rule = default_rule(SimilarityKind::entropy);
  rule.tolerance = {0, parse_number(argv[3]).value()};
  rule = rule_over(library, rule);
  const auto query_of = [&](const Spectrum& record) {
    return spectral_query(library, record.peaks, *record.precursor_mz,
                          polarity_of(record, ion_of(record)), rule);
  };
  const auto identity = timed([&] {
    std::size_t found = 0;
    for (const auto& record : records) {
      const double mz = *record.precursor_mz, width = half_width({10, 0}, mz);
      found += hits_within(library, query_of(record), rule, library.within(mz - width, mz + width))
                   .size();
    }
    return found;
  });
  Json best = Json::array();
  const auto open = timed([&] {
    best.clear();
    for (const auto& record : records) {
      const auto hits = best_hits(library, query_of(record), rule, kBest);
      best.push_back(hits.empty() ? 0.0 : hits.front().score);
    }
    return best.size();
  });
  std::cout << Json({{"spectra", library.spectra()},
                     {"queries", records.size()},
                     {"identity", identity},
                     {"open", open},
                     {"best", best}})
                   .dump()
            << "\n";
  return 0;
}
