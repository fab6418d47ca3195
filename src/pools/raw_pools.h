#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "specbridge/record_name.h"

namespace specbridge {

/// What tells whose a pool is: the SMILES of the truth, or the query itself.
struct TruthText {
  std::uint32_t text = 0;  ///< position in RawPools::texts
};
struct QueryId {
  std::string id;  ///< by RawPools::named_by
};
struct QueryIndex {
  std::size_t index = 0;  ///< 0-based number of the MS2 record over all inputs
  std::string id = {};    ///< its own name, where the table states that, too
};
using PoolKey = std::variant<TruthText, QueryId, QueryIndex>;

/// A pools file as it is written, before any chemistry: every distinct SMILES once.
struct RawPools {
  struct Pool {
    PoolKey key;
    std::vector<std::uint32_t> candidates;  ///< positions in `texts`
  };
  std::vector<std::string> texts;
  std::vector<Pool> pools;         ///< in the order of the file; all keys are of one kind
  NamedBy named_by = NamedBy::id;  ///< what a QueryId holds
};

/// Reads candidate pools, plain or gzip-compressed, "-" for standard input. Recognised by content:
/// - JSON { "truth SMILES": ["candidate SMILES", ...] } of MassSpecGym, read without building a
///   tree of it;
/// - a table with a header, one row per query and candidate in any order, separated by tabs,
///   semicolons or commas (quotes as in RFC 4180). Columns, compared by plain_column(): `smiles`,
///   or `inchi` where it is missing, and the first there is of kQueryColumns, query_smiles,
///   truth_smiles; features and scans are those that the records state. A missing value is empty or
///   N/A; a row without SMILES leaves an empty text among the candidates.
/// @throws InputError when the file is missing, damaged or of neither form
RawPools read_raw_pools(const std::filesystem::path& path);

}  // namespace specbridge
