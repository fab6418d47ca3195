#include "search/query_stream.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "specbridge/error.h"
#include "specbridge/ion_of_spectrum.h"

namespace specbridge {
namespace fs = std::filesystem;

namespace {

// Peaks held at a time, so that profile spectra take no more memory than others.
constexpr std::size_t kMaxPeaksInHand = std::size_t{1} << 23;
// Read, embedded and ranked together: the library is gone through once for all of them.
constexpr std::size_t kChunkQueries = 16384;

}  // namespace

Query make_query(Spectrum spectrum, std::size_t index, const QueryRules& rules) {
  Query query;
  query.spectrum = std::move(spectrum);
  query.name = {query.spectrum.id, index, {query.spectrum.feature_id, query.spectrum.scan}};
  query.ion = ion_of(query.spectrum, rules.adducts);
  query.refusal = rules.refusal(query.spectrum);
  return query;
}

StructureCache make_structure_cache(std::size_t most) {
  return StructureCache(
      [](std::string_view smiles) { return StatedStructure{standardize(smiles)}; }, most);
}

void read_structures(std::vector<Query>& queries, StructureCache& cache,
                     const RunContext& context) {
  std::vector<std::string_view> stated;
  for (const auto& query : queries) {
    if (!query.spectrum.smiles.empty()) stated.push_back(query.spectrum.smiles);
  }
  cache.learn(stated, context);
  for (auto& query : queries) {
    if (!query.spectrum.smiles.empty()) query.structure = cache.of(query.spectrum.smiles);
  }
}

QueryStream::QueryStream(std::vector<fs::path> files, std::optional<SpectrumFormat> format,
                         QueryRules rules)
    : files_(std::move(files)), format_(format), rules_(std::move(rules)) {}

bool QueryStream::read(Spectrum& spectrum) {
  const fs::path& file = files_[file_];
  try {
    if (!reader_) {
      counts_.push_back({file.string(), ""});
      reader_ = open_spectra(file, format_);
      counts_.back().format = to_string(reader_->format());
    }
    if (reader_->next(spectrum)) return true;
    close_file();
  } catch (const InputError& error) {
    if (std::ranges::find(may_break_, file) == may_break_.end()) throw;
    counts_.back().error = error.what();
    reader_.reset();
    parsed_ = 0;
    first_problem_.clear();
  }
  ++file_;
  return false;
}

std::vector<Query> QueryStream::next(std::size_t limit) {
  std::vector<Query> queries;
  std::size_t peaks = 0;
  while (file_ < files_.size() && queries.size() < limit && peaks < kMaxPeaksInHand) {
    Spectrum spectrum;
    if (!read(spectrum)) continue;
    const std::string& problem = spectrum.problem;
    if (problem.empty()) ++parsed_;
    if (first_problem_.empty()) first_problem_ = problem;
    auto& count = counts_.back();
    const RecordPlace place = {counts_.size() - 1, count.queries + count.ms1_scans};
    if (is_scan(spectrum)) {
      ++ms1_scans_;
      ++count.ms1_scans;
    } else {
      ++count.queries;
      if (spectrum.has(Oddity::profile)) ++count.profiles;
      peaks += spectrum.peaks.size();
      queries.push_back(make_query(std::move(spectrum), queries_++, rules_));
      queries.back().place = place;
    }
  }
  return queries;
}

/// A file of another kind, or of a format wrongly forced, must not pass for one without hits.
void QueryStream::close_file() {
  reader_.reset();
  const std::string problem = std::exchange(first_problem_, "");
  if (std::exchange(parsed_, 0) > 0 || problem.empty()) return;
  throw InputError({counts_.back().path, 0},
                   fmt::format("none of its records can be read as {} (first: {})",
                               counts_.back().format, problem));
}

void QueryStream::stop() {
  reader_.reset();
  file_ = files_.size();
}

InputError nothing_read(const QueryStream& stream, const std::filesystem::path& named) {
  for (const auto& file : stream.files()) {
    if (!file.error.empty()) return InputError(file.error);
  }
  return {{named.string(), 0}, "holds no MS2 spectrum"};
}

void for_each_chunk(QueryStream& stream, Structures structures, const RunContext& context,
                    const std::function<void(std::vector<Query>&)>& consume) {
  StructureCache cache = make_structure_cache();
  for (auto queries = stream.next(kChunkQueries); !queries.empty();
       queries = stream.next(kChunkQueries)) {
    context.check_interrupt();
    if (structures == Structures::read) read_structures(queries, cache, context);
    consume(queries);
  }
}

}  // namespace specbridge
