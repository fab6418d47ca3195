#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace RDKit {
class ROMol;
}

namespace specbridge {

/// Letters of the first block of an InChIKey, which stands for the connectivity.
inline constexpr std::size_t kInchikeyBlock = 14;

/// The standard InChIKey (27 characters) without stereo; nothing when the InChI library cannot name
/// the structure. Thread-safe.
std::optional<std::string> inchikey(const RDKit::ROMol& mol);

/// The InChIKey of a standard InChI; nothing when it is none. Thread-safe.
std::optional<std::string> inchikey_of(const std::string& inchi);

/// Whether a text has the form of an InChIKey: 14, 10 and 1 capital letters.
bool is_inchikey(std::string_view text);

/// The software version of the InChI library, "1.03".
std::string inchi_version();

}  // namespace specbridge
