#pragma once

#include <optional>
#include <string>

namespace RDKit {
class ROMol;
}

namespace specbridge {

/// The first block of the standard InChIKey (connectivity without stereo and isotopes); nothing
/// when the InChI library cannot name the structure. Thread-safe.
std::optional<std::string> inchikey14(const RDKit::ROMol& mol);

/// The same of a standard InChI; nothing when it is none. Thread-safe.
std::optional<std::string> inchikey14_of(const std::string& inchi);

/// The software version of the InChI library, "1.03".
std::string inchi_version();

}  // namespace specbridge
