#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "specbridge/spectrum_reader.h"
#include "store/byte_reader.h"

namespace specbridge {

/// The first line of a table of spectra as MassSpecGym publishes it: a row for each spectrum, its
/// peaks in the columns `mzs` and `intensities`, the other columns named like the keys of MGF.
struct SpectraTableHeader {
  char separator = '\t';
  std::vector<std::string> names = {};  ///< as written
};

/// Nothing when the line is no such header.
std::optional<SpectraTableHeader> spectra_table_header(std::string_view line);

/// Reads such a table. `label` stands for the file in the names of nameless records.
std::unique_ptr<SpectrumReader> spectra_table_reader(ByteReader bytes, std::string label);

}  // namespace specbridge
