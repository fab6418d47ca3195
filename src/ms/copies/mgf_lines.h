#pragma once

#include <string_view>

namespace specbridge {

/// What a line of an MGF file is.
enum class MgfLine { blank, begin, end, peak, field, other };

/// @param line without blanks around it
MgfLine mgf_line(std::string_view line);

/// Whether a key names one record: such a one is never inherited from the header of the file.
/// @param key see normalised_key()
bool names_a_record(std::string_view key);

}  // namespace specbridge
