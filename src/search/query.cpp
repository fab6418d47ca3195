#include "search/query.h"

#include <fmt/format.h>

#include <algorithm>
#include <unordered_set>
#include <utility>

#include "chem/standardize_all.h"
#include "specbridge/error.h"

namespace specbridge {
namespace fs = std::filesystem;

namespace {

// Peaks held at a time, so that profile spectra take no more memory than others.
constexpr std::size_t kMaxPeaksInHand = std::size_t{1} << 23;

}  // namespace

QueryStream::QueryStream(std::vector<fs::path> files, std::optional<SpectrumFormat> format,
                         PreprocessProfile profile)
    : files_(std::move(files)), format_(format), profile_(std::move(profile)) {}

std::vector<Query> QueryStream::next(std::size_t limit) {
  std::vector<Query> queries;
  std::size_t peaks = 0;
  while (queries.size() < limit && peaks < kMaxPeaksInHand) {
    if (!reader_) {
      if (file_ == files_.size()) break;
      const auto& file = files_[file_++];
      reader_ = open_spectra(file, format_);
      counts_.push_back({file.string(), to_string(reader_->format()), 0, 0});
    }
    Query query;
    if (!reader_->next(query.spectrum)) {
      close_file();
      continue;
    }
    const std::string& problem = query.spectrum.problem;
    if (problem.empty()) ++parsed_;
    if (first_problem_.empty()) first_problem_ = problem;
    if (query.spectrum.ms_level == 1) {
      ++ms1_scans_;
      ++counts_.back().ms1_scans;
    } else {
      query.index = queries_++;
      ++counts_.back().queries;
      query.refusal = refusal(query.spectrum, profile_);
      peaks += query.spectrum.peaks.size();
      queries.push_back(std::move(query));
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

OtherNames other_names(const Spectrum& spectrum) {
  return {spectrum.feature_id, spectrum.scan};
}

Matrix embed_queries(const Bridge& bridge, const std::vector<Query>& queries, PeakControl control,
                     std::size_t in_flight) {
  return embed_shown(
      bridge, queries, [control](const EncoderInput& input) { return controlled(input, control); },
      in_flight);
}

Matrix embed_shown(const Bridge& bridge, const std::vector<Query>& queries, const Shown& shown,
                   std::size_t in_flight) {
  std::vector<EncoderInput> inputs;
  std::vector<std::size_t> places;
  for (std::size_t i = 0; i < queries.size(); ++i) {
    if (queries[i].refusal) continue;
    inputs.push_back(shown(preprocess(queries[i].spectrum, bridge.profile())));
    places.push_back(i);
  }
  const Matrix embedded = bridge.embed(inputs, in_flight);
  Matrix vectors(queries.size(), bridge.dim());
  for (std::size_t i = 0; i < places.size(); ++i) {
    std::ranges::copy(embedded.row(i), vectors.row(places[i]).begin());
  }
  return vectors;
}

void StructureCache::prepare(const std::vector<Query>& queries, const RunContext& context) {
  std::unordered_set<std::string> fresh;
  for (const auto& query : queries) {
    const std::string& smiles = query.spectrum.smiles;
    if (!smiles.empty() && !by_spelling_.contains(smiles)) fresh.insert(smiles);
  }
  std::vector<std::string> spellings(fresh.begin(), fresh.end());
  auto results = standardize_all(spellings, "", context);
  for (std::size_t i = 0; i < spellings.size(); ++i) {
    by_spelling_.emplace(std::move(spellings[i]), std::move(results[i]));
  }
}

const std::variant<Molecule, Rejection>* StructureCache::find(const Spectrum& spectrum) const {
  const auto it = by_spelling_.find(spectrum.smiles);
  return it == by_spelling_.end() ? nullptr : &it->second;
}

}  // namespace specbridge
