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

/// How well a column or a tag is called to hold the name of a compound, 0 best; nothing: not at
/// all. Systematic names come last.
std::optional<std::size_t> name_rank(std::string_view name);

/// The column of compounds' names, the best. @param names as written
std::optional<std::size_t> name_column(const std::vector<std::string>& names);

/// Whether a column or a tag is called to hold whole InChIKeys.
bool is_named_inchikey(std::string_view name);
std::optional<std::size_t> inchikey_column(const std::vector<std::string>& names);

/// The first column of a name; case, blanks, "_" and "-" do not matter.
std::optional<std::size_t> column_called(const std::vector<std::string>& names,
                                         std::string_view name);

}  // namespace specbridge
