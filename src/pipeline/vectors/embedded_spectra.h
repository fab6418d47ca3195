#pragma once

#include <cstddef>
#include <span>

#include "bridge/bridge.h"
#include "pipeline/vectors/vector_table.h"
#include "search/query_stream.h"
#include "specbridge/context.h"
#include "specbridge/search_report.h"

namespace specbridge {

/// Embeds all spectra of a stream, some thousands at a time. Columns: query_id, query_index.
/// @throws InputError when there is none, Interrupted
void add_spectra(QueryStream& stream, const Bridge& model, std::size_t in_flight,
                 const RunContext& context, VectorTable& table);

/// Warns of files that could not be read to their end. @return how many there are
std::size_t warn_of_broken(std::span<const SpectraFileCount> files, const RunContext& context);

}  // namespace specbridge
