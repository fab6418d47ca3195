#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "specbridge/spectrum_reader.h"
#include "store/byte_reader.h"

namespace specbridge {

/// Whether a file that begins like this is an SQLite database.
bool is_sqlite(std::string_view beginning);

/// Reads a library of predicted EI spectra as FastEI publishes it: an SQLite database with the
/// table IN_SILICO_LIBRARY, whose columns COMPID, SMILES, MZS, INTENSITYS and, where it is there,
/// EXACTMOLWT make a record each row. The database is never written to. One that is compressed, or
/// does not come from a file, is held in memory. Yang et al., Nat Commun 14, 3722, 2023.
/// @throws InputError when it has no such table
std::unique_ptr<SpectrumReader> in_silico_library_reader(ByteReader bytes, std::string label);

}  // namespace specbridge
