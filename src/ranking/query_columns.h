#pragma once

#include <array>
#include <string_view>

#include "specbridge/record_name.h"

namespace specbridge {

/// What a cell says that tells whose row it is.
enum class QueryColumnKind {
  index,   ///< number of the MS2 record over all inputs, from 0
  number,  ///< the same from 1
  name,    ///< a name of the record
};

/// A column of a table that says which query a row belongs to.
struct QueryColumn {
  std::string_view name;   ///< as programs write it
  std::string_view plain;  ///< as plain_column() has it
  QueryColumnKind kind;
  NamedBy named_by = NamedBy::id;
};

/// The columns that tables of hits and of candidates name queries by, in order of preference.
/// `compoundId`, `alignedFeatureId` (SIRIUS's own) and `SpectrumID` (GNPS: of the library's
/// spectrum) do not say which query a row belongs to.
inline constexpr std::array<QueryColumn, 6> kQueryColumns = {{
    {"query_index", "queryindex", QueryColumnKind::index},
    {"query_id", "queryid", QueryColumnKind::name},
    {"mappingFeatureId", "mappingfeatureid", QueryColumnKind::name, NamedBy::feature_id},
    {"feature_id", "featureid", QueryColumnKind::name, NamedBy::feature_id},
    {"#Scan#", "scan", QueryColumnKind::name, NamedBy::scan},
    {"query_spectrum_nr", "queryspectrumnr", QueryColumnKind::number},
}};

}  // namespace specbridge
