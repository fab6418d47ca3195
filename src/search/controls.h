#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <string_view>
#include <vector>

#include "base/matrix.h"
#include "bridge/bridge.h"
#include "ms/preprocess.h"
#include "search/shown_queries.h"
#include "specbridge/control.h"
#include "specbridge/query.h"

namespace specbridge {

/// How much of its spectrum a run sees.
enum class SpectrumUse {
  whole,    ///< the run under test
  part,     ///< peaks without the mass of the molecule, or without their intensities
  nothing,  ///< no spectrum, none of its peaks' intensities, or another query's
};

/// Whether an evaluation can be asked for a control by name, or only an audit runs it.
enum class Offered { by_name, to_audits };

/// Which rankings a control says something of.
enum class Concerns { all, decoders };

/// A row of the one table of controls.
struct ControlRow {
  Control control;
  std::string_view name;     ///< on the command line and in report.json
  std::string_view title;    ///< in an audit
  std::string_view meaning;  ///< in an audit
  SpectrumUse use;
  Offered offered;
  std::string_view told = {};  ///< what a decoder is told under it, in an audit of one
  Concerns concerns = Concerns::all;
};

/// All controls, the run under test first, in the order of an audit.
std::span<const ControlRow> all_controls();

/// What an encoder is shown of a spectrum's peaks.
using InputTransform = std::function<PeakRows(const PeakRows&)>;
/// What the encoder is shown of queries; nothing of those that were refused.
std::vector<PeakRows> encoder_inputs(const Bridge& model, std::span<const Query> queries,
                                     const InputTransform& shown);
/// Vectors [queries, dim] of what is shown; a query without rows has a zero row.
Matrix embed_inputs(const Bridge& model, std::span<const PeakRows> inputs, std::size_t in_flight);
/// Queries as they are shown to the encoder, and to evidence that fragments explain.
ShownQueries shown_as_they_are(const Bridge& model, std::span<const Query> queries,
                               std::size_t in_flight);

/// Whether all peaks of a spectrum are shown, besides those that fragments are to explain.
enum class WholeSpectra { leave_out, show };

/// What queries show under some controls, in their order.
/// @param queries with their structures where Control::swapped or isomer is asked for, since only
/// spectra of different molecules are exchanged, or Control::untold
/// @param seed of that exchange
std::vector<ShownQueries> shown_under(std::span<const Control> controls, const Bridge& model,
                                      std::span<const Query> queries, std::uint64_t seed,
                                      std::size_t in_flight,
                                      WholeSpectra whole = WholeSpectra::leave_out);

}  // namespace specbridge
