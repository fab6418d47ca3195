#pragma once

#include <cstddef>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "specbridge/context.h"
#include "specbridge/existing.h"
#include "specbridge/spectrum_reader.h"
#include "specbridge/tolerance.h"

namespace specbridge {

/// Which molecules of the library stand beside a truth.
enum class PoolBy {
  formula,  ///< its isomers: same formula and charge
  mass,     ///< those whose exact mass lies within the tolerance
};

/// What `specbridge pools` is asked for.
struct PoolsConfig {
  std::vector<std::filesystem::path> spectra;  ///< of known structures
  std::optional<SpectrumFormat> format;        ///< absent: told by content
  /// Libraries that are taken as one, or one address of a database.
  std::vector<std::filesystem::path> library;
  PoolBy by = PoolBy::formula;
  Tolerance tolerance;              ///< of the exact mass
  std::optional<std::size_t> most;  ///< candidates of a pool, the truth included; absent: all
  /// Of PoolBy::mass: so many isomers, drawn, the rest others, the nearest in mass first; absent:
  /// drawn from all alike.
  std::optional<std::size_t> isomers;
  /// Whose molecules the nearness prior is of: spectra, or a model. Without both there is none.
  std::vector<std::filesystem::path> training;
  std::optional<std::filesystem::path> model;
  std::filesystem::path out;  ///< ".json" or ".json.gz"
  Existing existing = Existing::refuse;
};

/// Recall by cutoff and mean reciprocal rank over spectra.
struct PoolRanking {
  std::map<std::size_t, double> recall;
  double mrr = 0;
};

/// How large pools are and how hard to search. Over molecules, where nothing else is said.
struct PoolsReport {
  std::size_t spectra = 0;                  ///< MS2 records read
  std::map<std::string, std::size_t> left;  ///< of them: without a usable structure, by reason
  std::size_t ms1_scans = 0;                ///< passed over
  std::size_t pools = 0;                    ///< one for each structure of the spectra
  std::size_t not_in_library = 0;           ///< truths that the library lacks
  std::size_t cut = 0;                      ///< pools that had more candidates than were asked for
  std::size_t smallest = 0, largest = 0;    ///< candidates, the truth included
  double median = 0, mean = 0;
  std::size_t alone = 0;   ///< pools of the truth alone
  std::size_t single = 0;  ///< pools with one other candidate
  /// Of pools with others: Tanimoto similarity to the truth (Morgan, radius 2, 4096 bits) of the
  /// most similar other one, mean and median; mean of the ten most similar; how many are more than
  /// 0.8. Absent where all truths are alone.
  std::optional<double> hardness, median_hardness, hardness_of_ten, very_similar;
  PoolRanking random;  ///< what a random order of the pools gives
  /// What a ranking gives that sees no spectrum: by the largest similarity to a training molecule
  /// (2048 bits), equal ones counted against.
  std::optional<PoolRanking> nearest_training;
};

/// The same as JSON text.
std::string to_json(const PoolsReport& report);

/// Writes a pool of candidates for every structure of some spectra, {"truth": ["candidate", ...]},
/// all in the standard form and in order of their SMILES, each structure once, the truth always
/// among them; and `<out>.run.json` beside it. Depends on the structures, the library and the seed,
/// not on the order of records.
/// @throws UsageError, InputError, ArtifactError, OutputError, Interrupted
PoolsReport run_pools(const PoolsConfig& config, const RunContext& context);

}  // namespace specbridge
