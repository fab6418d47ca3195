#pragma once

#include <cstddef>
#include <string>

#include "base/database_address.h"
#include "library/molecule_library.h"
#include "specbridge/context.h"
#include "specbridge/existing.h"

namespace specbridge {

/// What an export did: parts = written + kept.
struct CatalogueCounts {
  std::size_t rows = 0, parts = 0;
  std::size_t written = 0, kept = 0;
  std::size_t bytes = 0;  ///< of tables and indexes on the server
};

/// How a library is laid out in a schema, and what becomes of one that is there.
struct CatalogueLayout {
  std::size_t part_rows = 0;  ///< at least so many rows a table, the last excepted
  Existing existing = Existing::refuse;
  std::string molecule_encoder_architecture;  ///< recorded
};

/// Tables have the rows of a library in one order of mass, with none left out: to be asked before
/// an export.
/// @throws ArtifactError for a library whose rows are not so: molecules were added or removed
void check_order(const MoleculeLibrary& library);

/// Writes a library into a schema, part by part: each is copied, read back and compared, indexed
/// and listed in one transaction. Parts that an interrupted export has left whole are kept. In the
/// last transaction the library appears, in place of the one that was there.
/// @throws ArtifactError where the server cannot take it or is gone; OutputError where the schema
/// holds another library, or this one with damage, that may not be replaced; Interrupted
CatalogueCounts write_catalogue(const MoleculeLibrary& library, const DatabaseAddress& address,
                                const CatalogueLayout& layout, const RunContext& context);

}  // namespace specbridge
