#pragma once

#include <string>

#include "pipeline/explain/explained_answer.h"
#include "pipeline/explain/named_spectra.h"
#include "specbridge/query.h"

namespace specbridge {

/// A picture of a query's spectrum above the library spectrum that an answer rests on, which hangs
/// upside down, as the text of an SVG file. Peaks that both have are in colour and labelled as far
/// as there is room, the largest first; m/z are whole numbers where the library's are.
std::string draw_mirror(const Query& query, const ListedAnswer& listed,
                        const SpectrumBeside& beside);

}  // namespace specbridge
