#pragma once

#include <cstddef>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "chem/smiles_cache.h"
#include "fragments/fragment_model.h"
#include "fragments/fragmented_ion.h"
#include "library/molecule_store.h"
#include "specbridge/molecule_text.h"
#include "specbridge/query.h"

namespace specbridge {

/// How well the fragments of a molecule explain a spectrum, compared with made isomers of it.
struct IsomerStanding {
  double above_best = 0;  ///< its fragment score less the best of the isomers'
  double as_good = 0;     ///< share of the isomers whose score is not below its own
};

/// Makes isomers of molecules by random edits (edited_smiles()) and has fragments score them: a
/// molecule that was measured stands above them, one that merely resembles it does less. Which
/// isomers they are depends on the molecule alone. Thread-safe. docs/method/calibration.md
class MadeIsomers {
 public:
  static constexpr std::size_t kFewest = 5, kMost = 1000;

  /// @param most isomers of a molecule, [kFewest, kMost]
  MadeIsomers(std::shared_ptr<const FragmentModel> model, std::size_t most);
  /// Nothing where the molecule or the ion cannot be taken apart, or fewer than kFewest isomers
  /// can.
  std::optional<IsomerStanding> standing(const Query& query, std::span<const FragmentPeak> peaks,
                                         const MoleculeText& molecule) const;

 private:
  std::optional<double> score(std::string_view smiles, std::span<const FragmentPeak> peaks,
                              const FragmentedIon& ion) const;

  std::shared_ptr<const FragmentModel> model_;
  mutable SmilesCache<std::vector<std::string>> isomers_;
};

/// The standings of candidates of one query, each worked out once. The arguments must outlive the
/// object. Not thread-safe.
class QueryStandings {
 public:
  /// @param isomers nullptr: nobody asks for standings
  QueryStandings(const MadeIsomers* isomers, const Query& query,
                 std::span<const FragmentPeak> peaks, const MoleculeStore& molecules)
      : isomers_(isomers), query_(&query), peaks_(peaks), molecules_(&molecules) {}
  /// Of a candidate; all 0 where it is not known. @param row of it @return nothing: nobody asks
  std::optional<IsomerStanding> of(std::size_t row);

 private:
  const MadeIsomers* isomers_;
  const Query* query_;
  std::span<const FragmentPeak> peaks_;
  const MoleculeStore* molecules_;
  std::map<std::size_t, IsomerStanding> known_;
};

}  // namespace specbridge
