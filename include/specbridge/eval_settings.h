#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "specbridge/bootstrap_settings.h"
#include "specbridge/mces_options.h"
#include "specbridge/tie_rule.h"

namespace specbridge {

/// When two candidates are one structure.
enum class Identity {
  inchikey14,  ///< one first InChIKey block: tautomers that InChI merges are one
  smiles,      ///< one standardised SMILES: tautomers are different structures
};

/// "inchikey14", "smiles". @throws UsageError
Identity parse_identity(std::string_view name);
std::string to_string(Identity identity);

/// What becomes of candidates that are one structure.
enum class Duplicates {
  merged,  ///< one structure with the score of its best member
  kept,    ///< each takes a place of its own
};

/// What a rank counts.
struct RankingRules {
  Identity identity = Identity::inchikey14;
  Duplicates duplicates = Duplicates::merged;
};

/// Whether every candidate is compared with the truth, which takes a fingerprint of each.
enum class HardnessRun { skip, measure };
/// What is drawn anew for the intervals.
enum class Resampled {
  molecules,  ///< with all their spectra
  spectra,    ///< as if spectra of one molecule were independent: too narrow
};

/// "molecules", "spectra". @throws UsageError
Resampled parse_resampled(std::string_view name);
std::string to_string(Resampled resampled);

/// How an evaluation counts.
struct ReportSettings {
  std::vector<std::size_t> cutoffs = {1, 5, 20};
  RankingRules rules;
  TieRule ties = TieRule::worst;
  Resampled resampled = Resampled::molecules;
  std::string protocol = {};                 ///< name of a preset, or empty
  std::optional<McesOptions> mces = {};      ///< of the first structures; nothing: not measured
  std::vector<std::size_t> pool_sizes = {};  ///< of the pool-size sweep; empty: powers of two
  BootstrapSettings bootstrap = {};
};

/// Settings that reproduce MassSpecGym's own convention. Source: MassSpecGym's retrieval metrics.
ReportSettings massspecgym_settings();

}  // namespace specbridge
