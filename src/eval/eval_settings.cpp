#include "specbridge/eval_settings.h"

#include <fmt/format.h>

#include "specbridge/error.h"
#include "specbridge/tie_rule.h"

namespace specbridge {

Identity parse_identity(std::string_view name) {
  for (const Identity identity : {Identity::inchikey14, Identity::smiles}) {
    if (name == to_string(identity)) return identity;
  }
  throw UsageError(fmt::format("--identity: found \"{}\", expected inchikey14 or smiles", name));
}

std::string to_string(Identity identity) {
  return identity == Identity::smiles ? "smiles" : "inchikey14";
}

Resampled parse_resampled(std::string_view name) {
  for (const Resampled resampled : {Resampled::molecules, Resampled::spectra}) {
    if (name == to_string(resampled)) return resampled;
  }
  throw UsageError(fmt::format("--resample: found \"{}\", expected molecules or spectra", name));
}

std::string to_string(Resampled resampled) {
  return resampled == Resampled::molecules ? "molecules" : "spectra";
}

ReportSettings massspecgym_settings() {
  ReportSettings settings;
  settings.protocol = "massspecgym";
  settings.rules = {Identity::inchikey14, Duplicates::kept};
  settings.ties = TieRule::best;
  settings.resampled = Resampled::spectra;
  return settings;
}

}  // namespace specbridge
