#pragma once

#include <cstddef>
#include <map>
#include <span>
#include <string>
#include <variant>

#include "fragments/fragmented_ion.h"
#include "fragments/peaks.h"
#include "library/molecule_store.h"
#include "specbridge/molecule_text.h"
#include "specbridge/query.h"
#include "specbridge/searcher.h"

namespace specbridge {

/// The ion of a query that a candidate would have; why there is none, in words, where that is not
/// certain or it cannot be taken apart.
std::variant<FragmentedIon, std::string> fragmented_ion_of(const Query& query, double exact_mass);

/// How much of a query's peaks the fragments of a candidate explain; why that is not known, in
/// words, where one of the two cannot be taken apart.
std::variant<ExplainedShare, std::string> explained_share(const Query& query,
                                                          std::span<const FragmentPeak> peaks,
                                                          const MoleculeText& candidate);

/// The same of candidates of one query, each taken apart once however often it is asked for. The
/// arguments must outlive the object. Not thread-safe.
class QueryExplanations {
 public:
  QueryExplanations(const Query& query, std::span<const FragmentPeak> peaks,
                    const MoleculeStore& molecules)
      : query_(&query), peaks_(peaks), molecules_(&molecules) {}
  /// @param row of the candidate
  const std::variant<ExplainedShare, std::string>& of(std::size_t row);
  /// The share alone; nothing is explained by what cannot be taken apart.
  ExplainedShare share_of(std::size_t row);
  /// Peaks that fragments are to explain.
  std::size_t peaks() const noexcept { return peaks_.size(); }

 private:
  const Query* query_;
  std::span<const FragmentPeak> peaks_;
  const MoleculeStore* molecules_;
  std::map<std::size_t, std::variant<ExplainedShare, std::string>> known_;
};

}  // namespace specbridge
