#include "pipeline/vectors/embedded_spectra.h"

#include <fmt/format.h>

#include <utility>
#include <vector>

#include "base/text.h"
#include "ms/spectrum_notes.h"
#include "search/unseen_ions.h"
#include "specbridge/error.h"
#include "specbridge/query.h"

namespace specbridge {
namespace {

/// What makes the vector less sure.
std::string notes_on(const Query& query, const UnseenIons& unseen) {
  std::string notes = notes_of(query.spectrum, query.ion);
  const std::string ion = unseen.message(query.ion.adduct);
  if (!notes.empty() && !ion.empty()) notes += "; ";
  return notes + ion;
}

void add_chunk(const std::vector<Query>& queries, const Matrix& vectors, const UnseenIons& unseen,
               VectorTable& table) {
  std::size_t embedded = 0;
  for (const Query& query : queries) {
    EmbeddedRecord record{{query.name.id, std::to_string(query.name.index)}};
    record.file = query.spectrum.origin.file;
    if (query.refusal) {
      record.status = to_string(query.refusal->status);
      record.message = query.refusal->message;
      table.add(record);
    } else {
      record.message = notes_on(query, unseen);
      table.add(std::move(record), vectors.row(embedded++));
    }
  }
}

}  // namespace

void add_spectra(QueryStream& stream, const Bridge& model, std::size_t in_flight,
                 const RunContext& context, VectorTable& table) {
  UnseenIons unseen(model.trained_adducts());
  for_each_chunk(stream, Structures::skip, context, [&](std::vector<Query>& queries) {
    std::vector<PeakRows> shown;
    for (const Query& query : queries) {
      if (!query.refusal) shown.push_back(model.clean(query.spectrum));
    }
    add_chunk(queries, model.embed_apart(shown, in_flight), unseen, table);
    context.progress("embedding spectra", stream.queries(), 0);
  });
  if (stream.queries() == 0) throw nothing_read(stream, stream.files().front().path);
}

std::size_t warn_of_broken(std::span<const SpectraFileCount> files, const RunContext& context) {
  std::size_t broken = 0;
  for (const auto& file : files) {
    if (file.error.empty()) continue;
    ++broken;
    context.warning(fmt::format("{}; {} before that have their rows, the run goes on", file.error,
                                counted(file.queries, "spectrum", "spectra")));
  }
  return broken;
}

}  // namespace specbridge
