#pragma once

#include <string>
#include <variant>

#include "chem/graphs/structure_graph.h"
#include "fragments/fragmented_ion.h"
#include "fragments/fragmenter.h"
#include "specbridge/adduct.h"
#include "unit/chem/samples.h"

namespace specbridge::test {

inline StructureGraph graph_of(const std::string& smiles) {
  return structure_graph(molecule(smiles));
}

inline Fragmentation fragmented(const std::string& smiles) {
  return fragment(graph_of(smiles));
}

/// The ion of an adduct that can be taken apart.
inline FragmentedIon fragmented_ion_of(const std::string& adduct) {
  return std::get<FragmentedIon>(fragmented_ion(parse_adduct(adduct).value()));
}

}  // namespace specbridge::test
