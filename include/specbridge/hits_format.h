#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

namespace specbridge {

/// How the hits of a search are written; what each holds is said in docs/formats.md.
enum class HitsFormat {
  tsv,      ///< a table separated by tabs
  csv,      ///< the same separated by commas, quotes as in RFC 4180
  jsonl,    ///< JSON lines: one object a query
  mztab_m,  ///< mzTab-M 2.0
};

/// "tsv", "csv", "jsonl", "mztab-m".
std::string to_string(HitsFormat format);

/// The format of that name. @throws UsageError
HitsFormat parse_hits_format(std::string_view name);

/// The format that the ending of a name promises: .tsv, .csv, .jsonl, .mztab, in any case.
std::optional<HitsFormat> format_by_ending(const std::filesystem::path& name);

}  // namespace specbridge
