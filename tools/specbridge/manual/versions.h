#pragma once

#include <string>

namespace specbridge::tool {

/// "specbridge 0.1.0 (RDKit 2022.09.3)", with a line feed.
std::string version_line();
/// The program, the commit it was built from (null outside a checkout; "modified" where files
/// differed from it), LibTorch, FAISS, RDKit and InChI, as JSON text.
std::string versions_json();

}  // namespace specbridge::tool
