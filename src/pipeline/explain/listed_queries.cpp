#include "pipeline/explain/listed_queries.h"

#include <algorithm>
#include <iterator>

#include "pipeline/truths.h"
#include "search/query_stream.h"
#include "specbridge/error.h"

namespace specbridge {
namespace {

constexpr std::size_t kQueriesInHand = 64;  // so that memory does not grow with the table

std::vector<ListedQuery> listed_of(std::span<const Query> queries, const ListedAnswers& listed) {
  std::vector<ListedQuery> found;
  for (const Query& query : queries) {
    if (query.name.index >= listed.of.size()) continue;
    const auto& answers = listed.of[query.name.index];
    if (!answers.empty()) found.push_back({&query, answers});
  }
  return found;
}

}  // namespace

std::vector<TruthRecord> records_of(const SearchedSpectra& spectra, const RunContext& context,
                                    std::size_t most) {
  std::vector<TruthRecord> records;
  QueryStream stream(spectra.files, spectra.format);
  for_each_chunk(stream, Structures::skip, context, [&](std::vector<Query>& queries) {
    std::ranges::move(truths_of(queries), std::back_inserter(records));
    context.progress("reading spectra", records.size(), 0);
    if (records.size() > most) stream.stop();
  });
  return records;
}

void for_each_listed(const SearchedSpectra& spectra, const ListedAnswers& listed,
                     const RunContext& context,
                     const std::function<void(std::span<const ListedQuery>)>& consume) {
  QueryStream stream(spectra.files, spectra.format);
  std::size_t queries = 0;
  for_each_chunk(stream, Structures::skip, context, [&](std::vector<Query>& chunk) {
    const auto found = listed_of(chunk, listed);
    for (std::size_t first = 0; first < found.size(); first += kQueriesInHand) {
      const std::size_t count = std::min(kQueriesInHand, found.size() - first);
      consume(std::span(found).subspan(first, count));
      queries += count;
      context.progress("explaining", queries, listed.queries);
    }
  });
  if (queries == listed.queries) return;
  throw InputError({spectra.files.front().string(), 0},
                   "changed while it was read; explain it again");
}

}  // namespace specbridge
