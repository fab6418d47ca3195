#pragma once

#include <optional>
#include <string_view>
#include <vector>

namespace specbridge {

/// A charge as it is written.
struct ChargeText {
  long long magnitude = 0;  ///< kMaxCharge + 1 for all that are larger
  bool negative = false, has_sign = false;
  bool several = false;  ///< "2+ and 3+": this is the first
};

/// Reads "1+", "+1", "-1-", "2", "0", "2.0", "(1+)", "[1]", "1 -", and lists of them; nothing when
/// the text begins with none. Nothing at all is charge 0.
std::optional<ChargeText> parse_charge_text(std::string_view text);

/// Reads "2", "2.0", "[2]", "MS2", "MS/MS" and "MS", which means 1.
std::optional<int> parse_level(std::string_view text);

/// A precursor m/z as it is written.
struct PrecursorText {
  double mz = 0;            ///< Th; 0 says that it is unknown
  bool several = false;     ///< "866.59/792.13": this is the last
  std::vector<double> all;  ///< in their order, 0 for unknown
  bool decimal_comma = false;
};

/// Reads an m/z and leaves what follows it behind a blank or ';' (an intensity); of several,
/// separated by '/' or a comma, the last. "866,59" is one number; "1,234.56" is not read, as the
/// comma could be that of thousands.
std::optional<PrecursorText> parse_precursor(std::string_view text);

}  // namespace specbridge
