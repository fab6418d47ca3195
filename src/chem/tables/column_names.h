#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace specbridge {

/// Whether a column or a tag is named after an identifier: its last word is "id" or ends so
/// ("ChEBI ID", "HMDB_ID", "coconutId", "DTXSID"), "identifier" or "accession". Words of chemistry
/// that end so by chance ("fatty acid", "lipid", "steroid") are none.
bool is_named_after_id(std::string_view name);

/// The columns that may hold a structure, the best first: SMILES by exact names, other SMILES,
/// InChI. @param names as written
std::vector<std::size_t> structure_columns(const std::vector<std::string>& names);

/// The column of ids: exact names in a fixed order ("id", "cid", "identifier", ...), else the first
/// named after an identifier, else names of compounds. @param names as written
std::optional<std::size_t> id_column(const std::vector<std::string>& names);

}  // namespace specbridge
