// Ranks the spectra of a file with the installed library: the first answer of each, a line a
// spectrum. usage: consumer MODEL LIBRARY SPECTRA
#include <cstdio>
#include <exception>
#include <utility>

#include "specbridge/error.h"
#include "specbridge/searcher.h"
#include "specbridge/spectrum_reader.h"
#include "specbridge/version.h"

namespace {

void print(const specbridge::Searcher& searcher, const specbridge::Query& query,
           const specbridge::RankedList& list) {
  const auto answer = list.hits.empty() ? std::string_view(list.message)
                                        : searcher.molecule(list.hits.front().row).smiles;
  std::printf("%s\t%s\t%s\n", query.name.id.c_str(), std::string(to_string(list.status)).c_str(),
              std::string(answer).c_str());
}

void run(const char* model, const char* library, const char* spectra) {
  specbridge::RunContext context;
  context.device.kind = specbridge::Device::Kind::cpu;
  const auto searcher = specbridge::Searcher::open({model, library}, context);
  const auto reader = specbridge::open_spectra(spectra);
  std::vector<specbridge::Query> queries;
  for (specbridge::Spectrum spectrum; reader->next(spectrum);) {
    queries.push_back(searcher.query(std::exchange(spectrum, {}), queries.size()));
  }
  const auto lists = searcher.rank(queries);
  for (std::size_t i = 0; i < queries.size(); ++i) print(searcher, queries[i], lists[i]);
}

}  // namespace

int main(int argc, char** argv) {
  try {
    if (argc != 4) throw specbridge::UsageError("expected MODEL LIBRARY SPECTRA");
    run(argv[1], argv[2], argv[3]);
    return 0;
  } catch (const specbridge::Error& error) {
    std::fprintf(stderr, "consumer (specbridge %s): %s\n",
                 std::string(specbridge::program_version()).c_str(), error.what());
    return 1;
  }
}
