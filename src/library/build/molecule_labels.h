#pragma once

#include <string>
#include <vector>

namespace specbridge {

/// What a molecule is called in the table that it came from.
struct MoleculeLabels {
  std::string id;
  std::string name = {};                  ///< empty: none is known
  std::vector<std::string> further = {};  ///< values of further columns
};

}  // namespace specbridge
