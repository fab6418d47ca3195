#include "chem/standard_form.h"

#include <fmt/format.h>

#include "specbridge/error.h"

namespace specbridge {
namespace {

constexpr const char* kKey = "standard_form";

}  // namespace

void state_standard_form(Manifest& manifest) {
  manifest.json()[kKey] = kStandardForm;
}

void check_standard_form(const Manifest& manifest, std::string_view rebuild) {
  const bool stated = manifest.json().contains(kKey);
  const std::size_t found = stated ? manifest.number(kKey) : 1;
  if (found == kStandardForm) return;
  const std::string where = (manifest.dir() / "manifest.json").string();
  if (found > kStandardForm) {
    throw ArtifactError(
        fmt::format("{}: made with standard form {} of molecules, this program has {}; use a newer "
                    "specbridge",
                    where, found, kStandardForm));
  }
  throw ArtifactError(fmt::format(
      "{}: made with standard form {} of molecules{}, this program has {} and spells some of them "
      "in another way; make it again with {}",
      where, found, stated ? "" : " (it states none)", kStandardForm, rebuild));
}

}  // namespace specbridge
