#include "pipeline/samples/sample_reader.h"

#include <string>
#include <utility>

#include "pipeline/vectors/vector_table.h"
#include "search/query_stream.h"
#include "specbridge/error.h"

namespace specbridge {
namespace {

/// The queries of a chunk that stay.
std::vector<Query> kept_queries(std::vector<Query>& queries, const Blanks& blanks,
                                SampleCounts& counts) {
  std::vector<Query> kept;
  for (Query& query : queries) {
    ++counts.spectra;
    if (query.refusal) {
      ++counts.unusable[std::string(to_string(query.refusal->status))];
    } else if (blanks.match(query.spectrum)) {
      ++counts.in_blanks;
    } else {
      kept.push_back(std::move(query));
    }
  }
  return kept;
}

Matrix vectors_of(const std::vector<Query>& queries, const Bridge& model, std::size_t in_flight) {
  std::vector<PeakRows> shown;
  shown.reserve(queries.size());
  for (const Query& query : queries) shown.push_back(model.clean(query.spectrum));
  return model.embed_apart(shown, in_flight);
}

}  // namespace

SampleCounts SampleReader::read(
    const std::filesystem::path& file, SpectrumVectors vectors,
    const std::function<void(const Query&, std::span<const float>)>& use) const {
  QueryRules rules;
  if (model_ != nullptr) {
    rules.refusal = [&](const Spectrum& spectrum) { return model_->refusal(spectrum); };
  }
  QueryStream stream({file}, reading_.format, std::move(rules));
  stream.may_break({file});
  SampleCounts counts;
  for_each_chunk(stream, Structures::skip, context_, [&](std::vector<Query>& queries) {
    const auto kept = kept_queries(queries, blanks_, counts);
    if (model_ == nullptr || vectors == SpectrumVectors::skip) {
      for (const Query& query : kept) use(query, {});
      counts.used += kept.size();
      return;
    }
    const Matrix rows = vectors_of(kept, *model_, reading_.in_flight);
    const VectorShape shape{model_->dim(), model_->members()};
    for (std::size_t i = 0; i < kept.size(); ++i) {
      if (has_direction(rows.row(i), shape)) {
        use(kept[i], rows.row(i));
        ++counts.used;
      } else {
        ++counts.unusable["no_vector"];
      }
    }
  });
  counts.ms1_scans = stream.ms1_scans();
  if (!stream.files().empty()) counts.error = stream.files().front().error;
  return counts;
}

Blanks SampleReader::read_blanks(const std::vector<std::filesystem::path>& files, BlankRule rule,
                                 const SampleReading& reading, const RunContext& context) {
  Blanks blanks(rule);
  if (files.empty()) return blanks;
  QueryStream stream(files, reading.format);
  for_each_chunk(stream, Structures::skip, context, [&](std::vector<Query>& queries) {
    for (const Query& query : queries) {
      if (!query.refusal) blanks.add(query.spectrum);
    }
    context.progress("reading blanks", stream.queries(), 0);
  });
  if (stream.queries() == 0) throw nothing_read(stream, files.front());
  blanks.sort();
  return blanks;
}

}  // namespace specbridge
