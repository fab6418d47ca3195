// Names of adducts under hostile bytes: what is read has a name that reads as the same ion type.

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "fuzz/promise.h"
#include "specbridge/adduct.h"

using specbridge::fuzz::require;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto adduct =
      specbridge::parse_adduct(std::string_view(reinterpret_cast<const char*>(data), size));
  if (!adduct) return 0;
  require(adduct->charge != 0 && std::abs(adduct->charge) <= 20, "a charge is in -20..20");
  require(adduct->multimer >= 1 && std::isfinite(adduct->delta), "the numbers make sense");
  const auto again = specbridge::parse_adduct(adduct->name);
  require(again.has_value(), "a name can be read");
  require(again->delta == adduct->delta && again->charge == adduct->charge &&
              again->multimer == adduct->multimer,
          "a name means the same");
  return 0;
}
