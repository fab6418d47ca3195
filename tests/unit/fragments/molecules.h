#pragma once

#include <string>
#include <variant>

#include "chem/graphs/structure_graph.h"
#include "fragments/fragmenter.h"
#include "unit/chem/samples.h"

namespace specbridge::test {

inline StructureGraph graph_of(const std::string& smiles) {
  return structure_graph(molecule(smiles));
}

inline Fragmentation fragmented(const std::string& smiles) {
  return fragment(graph_of(smiles));
}

}  // namespace specbridge::test
