#pragma once

#include <span>
#include <string>
#include <vector>

#include "base/json.h"
#include "pipeline/explain/explained_answer.h"
#include "pipeline/explain/listed_queries.h"

namespace specbridge {

/// What a page shows of a query once it is chosen, with the names that src/page/assets/hits.js
/// reads: "peaks" [[m/z, share of the largest, use]] by m/z, "answers" by rank.
/// An answer: "cells" of its row, "state" and "message" of its explanation, "structure" (see
/// json_of(Depiction)), "explained" [peaks, of peaks, intensity, score] and "ions" [[place in
/// "peaks", formula, atoms, cut bonds, ppm, contribution]]. Thread-safe.
/// @param model nullptr: contributions are those to the fixed score
Json query_json(const ListedQuery& query, const FragmentModel* model);

}  // namespace specbridge
