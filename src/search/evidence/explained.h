#pragma once

#include <span>
#include <string>
#include <variant>

#include "fragments/fragmented_ion.h"
#include "fragments/peaks.h"
#include "specbridge/molecule_text.h"
#include "specbridge/query.h"
#include "specbridge/searcher.h"

namespace specbridge {

/// The ion of a query that a candidate would have; why there is none, in words, where that is not
/// certain or it cannot be taken apart.
std::variant<FragmentedIon, std::string> fragmented_ion_of(const Query& query, double exact_mass);

/// How much of a query's peaks the fragments of a candidate explain; why that is not known, in
/// words, where one of the two cannot be taken apart.
std::variant<ExplainedShare, std::string> explained_share(const Query& query,
                                                          std::span<const FragmentPeak> peaks,
                                                          const MoleculeText& candidate);

}  // namespace specbridge
