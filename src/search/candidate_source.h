#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/matrix.h"
#include "encode/molecule_encoder.h"
#include "library/library.h"
#include "search/query.h"
#include "specbridge/search.h"

namespace specbridge {

/// A ranked structure: the row of its best member in the source, and that member's score.
struct RankedHit {
  std::size_t row = 0;
  float score = 0;
};

/// What a query got.
struct RankedList {
  std::string status = "ok", message;
  std::size_t candidates = 0;   ///< structures that were ranked
  std::vector<RankedHit> hits;  ///< best first
  std::vector<Adduct> assumed;  ///< where the record states none: those whose windows were searched
};

/// What the hits table says about a row of a source.
struct CandidateText {
  std::string_view id, smiles, inchikey14, formula;
  double exact_mass = 0;
};

/// Where candidates come from. The search does not know more than this.
class CandidateSource {
 public:
  virtual ~CandidateSource() = default;
  /// Ranks the candidates of every query. Refused queries come out with their refusal.
  /// @param vectors [queries, dim] @param k structures to keep, 0: all
  virtual std::vector<RankedList> rank(const std::vector<Query>& queries, const Matrix& vectors,
                                       std::size_t k) = 0;
  virtual CandidateText describe(std::size_t row) const = 0;
};

/// Candidates from a library by mass window, formula or FAISS.
std::unique_ptr<CandidateSource> library_source(const Library& library, const SearchConfig& config,
                                                const RunContext& context);

/// Candidates from a file of pools, found by the record's name, number or structure.
std::unique_ptr<CandidateSource> pool_source(const SearchConfig& config,
                                             const MoleculeEncoder& encoder, const Library* library,
                                             const RunContext& context);

/// One member of a structure before structures are made of members.
struct ScoredMember {
  std::size_t row = 0;
  float score = 0;
  std::string_view inchikey14, smiles;
};

/// Makes structures of members (one per inchikey14: its best score, of equal scores the smallest
/// SMILES) and orders them by score, equal scores by row. @param k structures to keep, 0: all
RankedList collapse(std::vector<ScoredMember> members, std::size_t k);

/// A list without hits, for the reason given.
RankedList unanswered(std::string status, std::string message);

}  // namespace specbridge
