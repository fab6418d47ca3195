#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "ms/ions/composition.h"

namespace specbridge {

/// One gain or loss of an adduct.
struct AdductGroup {
  int count = 1;  ///< negative: lost
  Composition composition{};
  std::string text;   ///< without count: "H2O", "ACN", "37Cl"
  bool acid = false;  ///< an abbreviation of an acid
};

/// An ion type before its charge is settled.
struct AdductBody {
  int multimer = 1;
  std::vector<AdductGroup> groups;
};

/// Reads "n? (M|Cat) ((+|-) group)*", where a group is "k? formula", "k? (sum)" or "(sum) k" and a
/// sum is "(+|-)? group ((+|-) group)*". The multimer and its groups may stand in parentheses too.
std::optional<AdductBody> parse_adduct_body(std::string_view text);

/// What all groups add and take away together.
Composition net_composition(const AdductBody& body);

/// The body without parentheses: "2M+H-2H2O".
std::string text_of(const AdductBody& body);

/// Reads "+", "--", "2+", "1-", "+2"; nothing for anything else.
std::optional<int> parse_adduct_charge(std::string_view text);

}  // namespace specbridge
