#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

#include "specbridge/adduct.h"

namespace specbridge {

/// A value of mzTab: "null" where there is none.
std::string mztab_text(std::string_view value);
/// A value of a list whose members are separated by bars, without bars of its own.
std::string mztab_member(std::string_view value);
/// A number as xs:decimal has it: without exponent, to the same float64.
std::string mztab_decimal(std::string_view number);

/// "[MS, MS:1000511, ms level, 2]"; without a term "[, , name, value]".
struct MztabParam {
  std::string_view accession;  ///< of the PSI-MS vocabulary; empty: a word of our own
  std::string_view name, value = {};
};
std::string mztab_param(const MztabParam& param);

/// "[M+H]1+"; "null" for what the grammar of mzTab-M has no room for.
std::string mztab_adduct(const std::optional<Adduct>& adduct);

/// "file:///data/run%201.mgf"; "null" for standard input. The home folder is "~", see recorded().
std::string file_uri(const std::filesystem::path& path);

}  // namespace specbridge
